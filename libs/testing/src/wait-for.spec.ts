import { waitFor } from './wait-for';

describe(waitFor, () => {
  it('resolves with the first good value', async () => {
    let calls = 0;
    const value = await waitFor(() => ++calls, { what: 'three', until: (n) => n === 3 });
    expect(value).toBe(3);
  });

  it('takes anything truthy as good when no condition is given', async () => {
    const answers = [undefined, '', 'there'];
    await expect(waitFor(() => answers.shift(), { what: 'a word' })).resolves.toBe('there');
  });

  it('asks again after the probe has thrown', async () => {
    let calls = 0;
    const probe = () => {
      calls += 1;
      if (calls < 3) throw new Error('not yet');
      return 'done';
    };
    await expect(waitFor(probe, { what: 'calm' })).resolves.toBe('done');
  });

  it('says what it waited for and what it saw last when time is up', async () => {
    const probe = () => ({ status: 'queued' });
    const waiting = waitFor(probe, {
      what: 'the run to complete',
      timeoutMs: 30,
      until: ({ status }) => status === 'completed',
    });
    await expect(waiting).rejects.toThrow(
      "waited 30 ms for the run to complete; last saw: { status: 'queued' }",
    );
  });

  it('shows the last error when the probe never stopped throwing', async () => {
    const probe = () => Promise.reject(new Error('connection refused'));
    await expect(waitFor(probe, { what: 'a server', timeoutMs: 20 })).rejects.toThrow(
      /a server; last saw: Error: connection refused/,
    );
  });
});
