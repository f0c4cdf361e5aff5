import { ServiceOutput } from './service-output';

function start() {
  const shown: string[] = [];
  const clock = { ms: 1_000 };
  const output = new ServiceOutput({ show: (line) => shown.push(line), now: () => clock.ms });
  const log = (level: number, msg: string, err?: { message: string }) =>
    output.stdout(Buffer.from(`${JSON.stringify({ level, time: 't', msg, err })}\n`));
  return { shown, clock, output, log };
}

describe(ServiceOutput, () => {
  it('shows warnings and errors in short and keeps the rest for the file', () => {
    const { shown, log } = start();
    log(20, 'detail');
    log(30, 'state change');
    log(40, 'degraded');
    log(50, 'broken', { message: 'ECONNREFUSED' });
    expect(shown).toEqual(['warn: degraded', 'error: broken (ECONNREFUSED)']);
  });

  it('shows what is said on stderr as it is, but no empty lines', () => {
    const { shown, output } = start();
    output.stderr(Buffer.from('Error: no\n\n    at there\n'));
    expect(shown).toEqual(['Error: no', '    at there']);
  });

  it('shows a line that looks like a warning but cannot be parsed', () => {
    const { shown, output } = start();
    output.stdout(Buffer.from('{"level":50, broken\n'));
    expect(shown).toEqual(['{"level":50, broken']);
  });

  it('cuts a flood to ten lines in ten seconds and says so once', () => {
    const { shown, clock, log } = start();
    for (let index = 0; index < 500; index += 1) log(40, `warning ${index}`);
    expect(shown).toHaveLength(11);
    expect(shown.at(-1)).toBe('… more in its log file');
    clock.ms += 10_000;
    log(40, 'later');
    expect(shown.at(-1)).toBe('warn: later');
  });
});
