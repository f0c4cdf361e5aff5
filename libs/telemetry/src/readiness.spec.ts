import { Readiness } from './readiness';

describe(Readiness, () => {
  it('is not ready before the service has started, nor while it stops', async () => {
    const readiness = new Readiness();
    const reports = [await readiness.report()];
    readiness.enter('started');
    reports.push(await readiness.report());
    readiness.enter('stopping');
    reports.push(await readiness.report());
    expect(reports).toEqual([
      { ready: false, checks: { service: 'the service is starting' } },
      { ready: true, checks: { service: 'ok' } },
      { ready: false, checks: { service: 'the service is stopping' } },
    ]);
  });

  it('reports each check, and why it fails', async () => {
    const readiness = new Readiness();
    readiness.enter('started');
    readiness.register('nats', () => Promise.reject(new Error('no connection')));
    readiness.register('postgres', () => undefined);
    expect(await readiness.report()).toEqual({
      ready: false,
      checks: { service: 'ok', nats: 'no connection', postgres: 'ok' },
    });
  });
});
