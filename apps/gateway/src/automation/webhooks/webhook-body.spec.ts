import { parseWebhookBody } from './webhook-body';

const body = Buffer.from('{"a":1,"a":2}');

describe(parseWebhookBody, () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/Vnd.api+JSON'])(
    'reads %s',
    (type) => {
      expect(parseWebhookBody({ 'content-type': type }, body)).toEqual({ a: 2 });
    },
  );

  it.each([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'application/jsonx'])(
    'refuses a body of type %s',
    (type) => {
      const headers = type === undefined ? {} : { 'content-type': type };
      expect(() => parseWebhookBody(headers, body)).toThrow(
        expect.objectContaining({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' }) as Error,
      );
    },
  );

  it('asks for no type where there is no body', () => {
    expect(parseWebhookBody({}, Buffer.alloc(0))).toBeNull();
    expect(parseWebhookBody({ 'content-type': 'text/plain' }, Buffer.alloc(0))).toBeNull();
  });
});
