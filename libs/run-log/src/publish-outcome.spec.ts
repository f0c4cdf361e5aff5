import type { Msg } from 'nats';

import { readPublishAck } from './publish-outcome';

function answer(body: unknown): Msg {
  const data = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { data } as unknown as Msg;
}

function failure(code: number, errCode: number): Msg {
  return answer({ error: { code, err_code: errCode, description: 'as the server says' } });
}

describe('readPublishAck', () => {
  it('reads the sequence of a stored message', () => {
    expect(readPublishAck(answer({ stream: 'RUNS_0', seq: 7 }))).toEqual({
      kind: 'stored',
      seq: 7,
    });
  });

  it.each([10071, 10164])('takes %i, a wrong last sequence, for a conflict', (code) => {
    expect(readPublishAck(failure(400, code))).toEqual({ kind: 'conflict' });
  });

  it.each([
    [400, 10158],
    [400, 10163],
    [503, 10077],
    [500, 0],
    [429, 10167],
  ])('does not claim to know what became of a message answered with %i, %i', (code, errCode) => {
    expect(readPublishAck(failure(code, errCode))).toMatchObject({ kind: 'unknown' });
  });

  it('takes any other refusal for certain', () => {
    expect(readPublishAck(failure(400, 10176))).toMatchObject({ kind: 'refused', code: 10176 });
  });

  it('does not trust an answer without a sequence, without JSON or without a body', () => {
    for (const body of [{ stream: 'RUNS_0' }, 'not json', '']) {
      expect(readPublishAck(answer(body))).toMatchObject({ kind: 'unknown' });
    }
  });
});
