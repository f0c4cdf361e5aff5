import { eventDataOf } from './event-data';

describe(eventDataOf, () => {
  it('has what a pattern may know of a request', () => {
    const query = Object.assign(Object.create(null) as object, { page: '2', tag: ['a', 'b'] });
    const headers = { 'content-type': 'application/json', 'x-github-event': 'push' };
    const source = { method: 'POST', url: '/webhooks/whk_1?page=2&tag=a&tag=b', headers, query };
    expect(eventDataOf(source, { action: 'opened' }, 'https://runnel.example')).toEqual({
      headers,
      body: { action: 'opened' },
      query: { page: '2', tag: ['a', 'b'] },
      method: 'POST',
      url: 'https://runnel.example/webhooks/whk_1?page=2&tag=a&tag=b',
    });
  });

  it('leaves out what proves something: it would be in the log for ever', () => {
    const secret = [
      'authorization',
      'proxy-authorization',
      'cookie',
      'x-api-key',
      'x-webhook-signature',
      'x-hub-signature-256',
      'stripe-signature',
    ];
    const headers = Object.fromEntries([...secret, 'accept'].map((name) => [name, 'value']));
    const event = eventDataOf({ method: 'GET', url: '/', headers, query: {} }, null, '');
    expect(event).toMatchObject({ headers: { accept: 'value' } });
    expect(JSON.stringify(event)).not.toMatch(/signature|authorization|cookie|api-key/);
  });

  it('leaves out names that reach for prototypes', () => {
    const query = Object.assign(Object.create(null) as object, {
      constructor: 'x',
      prototype: 'y',
    });
    Object.defineProperty(query, '__proto__', { value: 'z', enumerable: true });
    const event = eventDataOf({ method: 'GET', url: '/', headers: {}, query }, null, '');
    expect(event).toMatchObject({ query: {} });
  });
});
