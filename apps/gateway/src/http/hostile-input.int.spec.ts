import { connect } from 'node:net';

import { type RunningGateway, startAll } from '../testing/running-gateway';
import { send } from '../testing/http';

const MIB = 1_024 * 1_024;

/** Sends bytes as they are and reads until the server closes. */
function raw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    socket.on('error', reject).on('close', () => resolve(text));
  });
}

describe('hostile input', () => {
  let all: RunningGateway;
  let token: string;

  beforeAll(async () => {
    all = await startAll();
    token = all.gateway.token();
    all.services.answer('svc.deployments.create-pattern', ({ fields }) => ({
      id: 'pat_1',
      name: fields.name,
      description: null,
      isPublic: false,
      isTemplate: false,
      tags: [],
      graphData: fields.graphData,
      versionNumber: 0,
      ownerId: 'usr_1',
      createdAt: '2026-03-05T12:00:00.000Z',
      updatedAt: '2026-03-05T12:00:00.000Z',
    }));
  });

  afterAll(async () => {
    const alive = await all.get('/healthz');
    expect(alive.status).toBe(200);
    await all.stop();
  });

  const post = (body: unknown, headers: Record<string, string> = {}) =>
    send(`${all.url}/api/patterns`, { method: 'POST', token, headers, body });

  it.each([
    ['malformed JSON', '{"name": "x"', 400, 'INVALID_JSON'],
    ['no JSON at all', 'name=x', 400, 'INVALID_JSON'],
    [
      'deep nesting',
      `{"name":"x","graphData":{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}}`,
      400,
      'INVALID_JSON',
    ],
    ['a prototype key', '{"name":"x","__proto__":{"isAdmin":true}}', 400, 'INVALID_JSON'],
    [
      'a constructor key',
      '{"name":"x","graphData":{"constructor":{"prototype":{}}}}',
      400,
      'INVALID_JSON',
    ],
    ['a key given twice', '{"name":"x","name":"y"}', 400, 'INVALID_JSON'],
    ['an unknown field', '{"name":"x","ownerId":"usr_2"}', 400, 'VALIDATION'],
    ['a project', '{"name":"x","project":"prj_2"}', 400, 'VALIDATION'],
    ['a wrong type', '{"name":17}', 400, 'VALIDATION'],
    ['a null body', 'null', 400, 'VALIDATION'],
    ['an array', '[]', 400, 'VALIDATION'],
    ['an empty name', '{"name":"  "}', 400, 'VALIDATION'],
    [
      'too many tags',
      JSON.stringify({ name: 'x', tags: Array.from({ length: 51 }, () => 'a') }),
      400,
      'VALIDATION',
    ],
    [
      'an oversized body',
      JSON.stringify({ name: 'x', graphData: { a: 'y'.repeat(2 * MIB) } }),
      413,
      'PAYLOAD_TOO_LARGE',
    ],
  ])('%s is refused', async (_, body, status, code) => {
    const answer = await post(body);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(answer.body).toMatchObject({ success: false, error: expect.any(String) as unknown });
    expect(answer.headers.get('x-request-id')).not.toBeNull();
    expect(answer.text).not.toMatch(/node_modules|\.ts:|at Object/);
  });

  it('names the field that is wrong', async () => {
    expect((await post({ name: 'x', color: 'red' })).body['error']).toBe('unknown field color');
    expect((await post({})).body['error']).toBe('name is required');
  });

  it('takes a graph of more than 1 MiB, but no login of that size', async () => {
    const large = 'y'.repeat(1.5 * MIB);
    expect((await post({ name: 'x', graphData: { large } })).status).toBe(201);
    const login = await all.post('/api/auth/login', { email: 'a@b.c', password: large });
    expect([login.status, login.body['code']]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/html',
  ])('refuses a body of type %s', async (type) => {
    const answer = await post('{"name":"x"}', { 'content-type': type });
    expect([answer.status, answer.body['code']]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });

  it.each([
    '/%',
    '/%zz',
    '/api/patterns/%E0%A4%A',
    '/api/patterns/%00',
    `/api/patterns/${'x'.repeat(5_000)}`,
  ])('survives the path %s', async (path) => {
    const answer = await send(all.url + path, { token });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(504);
    expect(answer.status).not.toBe(500);
    expect(answer.body).toMatchObject({ code: expect.any(String) as unknown });
  });

  it.each([
    'limit=-1',
    'limit=x',
    'offset=1e9',
    'sortBy=password',
    'limit=1&limit=2',
    'isPublic=yes',
  ])('refuses the query %s', async (query) => {
    const answer = await send(`${all.url}/api/patterns?${query}`, { token });
    expect([answer.status, answer.body['code']]).toEqual([400, 'VALIDATION']);
  });

  it('answers an unknown route and a wrong method in JSON', async () => {
    const missing = await send(`${all.url}/api/nothing`);
    expect([missing.status, missing.body]).toEqual([
      404,
      { success: false, error: 'there is no such route', code: 'NOT_FOUND' },
    ]);
    const wrong = await send(`${all.url}/api/patterns`, { method: 'DELETE', token });
    expect([wrong.status, wrong.body['code']]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(wrong.headers.get('allow')).toBe('GET, POST');
  });

  it('answers what is no HTTP with a plain refusal', async () => {
    expect(await raw(all.url, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    const huge = `GET / HTTP/1.1\r\nhost: x\r\nx-large: ${'a'.repeat(20_000)}\r\n\r\n`;
    expect(await raw(all.url, huge)).toMatch(/^HTTP\/1\.1 431 [^]*"HEADERS_TOO_LARGE"/);
  });

  it('refuses a body whose length was a lie', async () => {
    const head = `POST /api/patterns HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n`;
    const smuggled = `${head}content-type: application/json\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`;
    expect(await raw(all.url, smuggled)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('echoes a sane request id and replaces any other', async () => {
    const sane = await send(`${all.url}/healthz`, { headers: { 'x-request-id': 'trace-17' } });
    expect(sane.headers.get('x-request-id')).toBe('trace-17');
    const odd = await send(`${all.url}/healthz`, { headers: { 'x-request-id': 'a b<script>' } });
    expect(odd.headers.get('x-request-id')).toMatch(/^req_/);
  });

  it('sets the security headers on every answer, refusals too', async () => {
    for (const path of ['/healthz', '/api/patterns', '/nothing', '/%']) {
      const { headers } = await send(all.url + path);
      expect([path, headers.get('x-content-type-options'), headers.get('x-frame-options')]).toEqual(
        [path, 'nosniff', 'DENY'],
      );
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  it('tells nothing of what went wrong inside', async () => {
    all.services.answer('svc.deployments.get-pattern', () => {
      throw new Error('relation "pattern" does not exist at /srv/app.ts:17');
    });
    const answer = await all.get('/api/patterns/pat_1');
    expect([answer.status, answer.body['code']]).toEqual([500, 'INTERNAL']);
    expect(answer.body['requestId']).toBe(answer.headers.get('x-request-id'));
    expect(answer.text).not.toContain('relation');
  });

  it('says when to come back while a service is away', async () => {
    all.services.silence('svc.deployments.list-patterns');
    const answer = await all.get('/api/patterns');
    expect([answer.status, answer.body['code']]).toEqual([503, 'UNAVAILABLE']);
    expect(answer.headers.get('retry-after')).toBe('1');
  });
});
