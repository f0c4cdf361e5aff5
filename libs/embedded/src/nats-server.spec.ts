import { natsConfiguration } from './nats-server';

describe(natsConfiguration, () => {
  it('listens on this machine only and has on disk what it has acknowledged', () => {
    const text = natsConfiguration(20_001, '/data/nats', true);
    expect(text).toContain('host: "127.0.0.1"\nport: 20001\n');
    expect(text).toMatch(
      /jetstream \{[^}]*store_dir: "\/data\/nats\/store"[^}]*sync_interval: always[^}]*\}/,
    );
  });

  it('quotes a folder with spaces and quotes', () => {
    expect(natsConfiguration(1, '/my "data"', false)).toContain(
      'store_dir: "/my \\"data\\"/store"',
    );
  });
});
