import { commonVariables, url, urls } from './variables';

describe(url, () => {
  const schema = url('postgres', 'postgresql');

  it.each(['postgres://u:p@db:5432/runnel', 'postgresql:///runnel'])('takes %s', (text) => {
    expect(schema.parse(text)).toBe(text);
  });

  it.each(['mysql://db', 'db:5432', '', 'postgres://a b'])('refuses %p', (text) => {
    expect(schema.safeParse(text).error?.issues[0]?.message).toBe(
      'must be a URL with scheme postgres or postgresql',
    );
  });
});

describe(urls, () => {
  const schema = urls('nats', 'tls');

  it.each(['nats://a:4222', 'nats://a:4222,tls://u:p@b:4223'])('takes %s', (text) => {
    expect(schema.parse(text)).toBe(text);
  });

  it.each(['nats://a:4222,', 'nats://a:4222, nats://b:4222', 'nats://a:4222,b:4222', 'http://a'])(
    'refuses %p',
    (text) => {
      expect(schema.safeParse(text).error?.issues[0]?.message).toMatch(/^must be URLs/);
    },
  );
});

describe('commonVariables', () => {
  it('knows several NATS servers', () => {
    const text = 'nats://a:4222,nats://b:4222,nats://c:4222';
    expect(commonVariables.RUNNEL_NATS_URL.parse(text)).toBe(text);
  });
});
