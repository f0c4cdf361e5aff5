import { NO_REDACTION, Redactor } from '@runnel/redaction';
import type { GuestNotes, SandboxResult } from '@runnel/sandbox';

import { redactCall, redactResult } from './redact-guest';

const AT = '2026-03-05T12:00:00.000Z';
const redactor = new Redactor(['s3cret', '0.25']);

const notes: GuestNotes = {
  fired: [
    {
      key: 'a:0',
      nodeId: 'a',
      nodeType: 'SetVariable',
      output: { x: 's3cret' },
      inputs: ['s3cret'],
      at: AT,
    },
  ],
  firedOmitted: 2,
  values: [{ key: 'r:0', kind: 'random', output: 0.25, at: AT }],
  logs: [{ n: 0, level: 'info', message: 'it is s3cret', at: AT }],
};
const call = { key: 'c:0', nodeId: 'c', input: { url: 'https://x/?k=s3cret' }, notes };

describe(redactCall, () => {
  it('masks what the program said, and gives drawn values back as they were drawn', () => {
    const masked = redactCall(redactor, { ...call, nodeType: 'HttpRequest' });
    expect(masked.notes).toMatchObject({
      fired: [{ output: { x: '***' }, inputs: ['***'] }],
      firedOmitted: 2,
      values: [{ output: 0.25 }],
      logs: [{ message: 'it is ***' }],
    });
  });

  it('leaves the input of a request alone, and of no step whose input is recorded, known or not', () => {
    const inputOf = (nodeType: string) => redactCall(redactor, { ...call, nodeType }).input;
    expect(inputOf('HttpRequest')).toEqual(call.input);
    for (const nodeType of ['RespondToWebhook', 'CallPattern', 'of the future']) {
      expect(inputOf(nodeType)).toEqual({ url: 'https://x/?k=***' });
    }
  });

  it('lets a delay be as long as it is, though it is written like a secret', () => {
    const delay = { ...call, nodeType: 'Delay', input: { seconds: 1234 } };
    expect(redactCall(new Redactor(['1234']), delay).input).toEqual({ seconds: 1234 });
  });

  it('masks notes of a kind that is not known here', () => {
    const more = { ...notes, trace: [{ inputs: 's3cret' }] } as GuestNotes;
    const masked = redactCall(redactor, { ...call, nodeType: 'CallPattern', notes: more });
    expect(JSON.stringify(masked)).not.toContain('s3cret');
  });
});

describe(redactResult, () => {
  it.each<SandboxResult>([
    { status: 'completed', output: { a: 's3cret' }, notes, cpuMs: 1 },
    {
      status: 'failed',
      error: { type: 's3cret', message: 'a s3cret', code: 's3cret' },
      notes,
      cpuMs: 1,
    },
    { status: 'suspended', notes, cpuMs: 1 },
  ])('masks everything that a program can end with: %j', (result) => {
    const masked = redactResult(redactor, result);
    expect(JSON.stringify(masked)).not.toContain('s3cret');
    expect([masked.status, masked.cpuMs]).toEqual([result.status, 1]);
  });

  it('costs nothing where there are no secrets', () => {
    const result: SandboxResult = { status: 'suspended', notes, cpuMs: 0 };
    expect(redactResult(NO_REDACTION, result)).toBe(result);
  });
});
