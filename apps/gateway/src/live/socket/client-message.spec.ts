import { readClientMessage } from './client-message';

describe(readClientMessage, () => {
  it('reads what a client may say', () => {
    const subscribe = { type: 'subscribe', runId: 'run_1', after: '2:17' };
    expect(readClientMessage(JSON.stringify(subscribe))).toEqual(subscribe);
    expect(readClientMessage('{"type":"unsubscribe","runId":"run_1"}')).toMatchObject({
      type: 'unsubscribe',
    });
  });

  it.each([
    '',
    'null',
    '{}',
    '{"type":"call"}',
    '{"type":"subscribe"}',
    '{"type":"subscribe","runId":"run.*"}',
    '{"type":"subscribe","runId":"run_1","project":"prj_2"}',
    '{"type":"subscribe","runId":7}',
  ])('understands nothing else: %s', (text) => {
    expect(readClientMessage(text)).toBeUndefined();
  });
});
