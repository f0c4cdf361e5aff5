import { LIMIT_CODES } from '../limits';
import { guestErrorOf } from './guest-error';

describe(guestErrorOf, () => {
  it.each([
    ['InternalError', 'out of memory', 'MEMORY_LIMIT'],
    ['InternalError', 'string too long', 'MEMORY_LIMIT'],
    ['RangeError', 'Maximum call stack size exceeded', 'STACK_LIMIT'],
  ])('knows %s: %s as a limit, and keeps the node', (type, message, code) => {
    expect(guestErrorOf(JSON.stringify({ type, message, nodeId: 'n1' }))).toMatchObject({
      type: 'LimitError',
      code,
      nodeId: 'n1',
    });
  });

  it('takes silence for want of memory', () => {
    expect(guestErrorOf('')).toMatchObject({ code: 'MEMORY_LIMIT' });
  });

  it.each(LIMIT_CODES.filter((code) => code !== 'STEP_LIMIT'))(
    'does not let a program say %s',
    (code) => {
      expect(guestErrorOf(JSON.stringify({ type: 'Error', message: 'm', code }))).toEqual({
        type: 'Error',
        message: 'm',
      });
    },
  );

  it('keeps codes of nodes and of the prelude', () => {
    for (const code of ['STEP_LIMIT', 'EGRESS_REFUSED']) {
      expect(guestErrorOf(JSON.stringify({ type: 'Error', message: 'm', code }))).toMatchObject({
        code,
      });
    }
  });
});
