import { isSameOrigin } from './same-origin';

const site = 'https://runnel.example';

describe(isSameOrigin, () => {
  it.each([
    [undefined, true],
    ['https://runnel.example', true],
    ['http://localhost:8080', true],
    ['https://evil.example', false],
    ['https://runnel.example.evil.example', false],
    ['null', false],
    ['not a url', false],
  ])('a request with Origin %s: %s', (origin, expected) => {
    const headers = { host: 'localhost:8080', ...(origin !== undefined && { origin }) };
    expect(isSameOrigin(headers, site)).toBe(expected);
  });
});
