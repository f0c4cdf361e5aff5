import { startRunnel, type TestRunnel } from '@runnel/testing';

import { Client, registerUser } from '../../support/client';
import { deployWebhook, expectStatus, sendWebhook } from '../../support/deployed-webhook';
import { graph } from '../../support/graphs';

interface NodeDefinition {
  readonly id: string;
  readonly category: string;
  readonly isPure: boolean;
}

/** An order comes in by webhook; the answer says what a node of each category made of it. */
const orderGraph = graph(
  [
    { id: 'hook', type: 'OnWebhook', data: { properties: { responseMode: 'responseNode' } } },
    { id: 'items', type: 'GetProperty', data: { defaults: { key: 'items' } } },
    {
      id: 'sum',
      type: 'Reduce',
      data: { defaults: { expression: 'acc + item.price * item.n', initial: 0 } },
    },
    { id: 'total', type: 'Round', data: { defaults: { decimals: 2 } } },
    { id: 'large', type: 'GreaterThan', data: { defaults: { b: 10 } } },
    { id: 'open', type: 'Boolean', data: { properties: { value: true } } },
    { id: 'both', type: 'And' },
    { id: 'branch', type: 'Branch' },
    { id: 'count', type: 'IncrementVariable', data: { defaults: { name: 'spent' } } },
    { id: 'name', type: 'GetProperty', data: { defaults: { key: 'customer' } } },
    { id: 'upper', type: 'ToUpper' },
    { id: 'masked', type: 'RegexReplace', data: { defaults: { pattern: '[AEIOU]' } } },
    { id: 'at', type: 'GetProperty', data: { defaults: { key: 'at' } } },
    { id: 'when', type: 'FormatDate', data: { defaults: { timezone: 'Europe/Berlin' } } },
    { id: 'yaml', type: 'ParseYaml', data: { defaults: { text: 'rates: {eu: 0.19}' } } },
    { id: 'hash', type: 'Hash', data: { defaults: { algorithm: 'md5' } } },
    { id: 'url', type: 'BuildUrl', data: { defaults: { base: 'https://x.example' } } },
    {
      id: 'answer',
      type: 'Expression',
      data: {
        properties: {
          inputs: ['total', 'name', 'at', 'terms', 'hash', 'url', 'spent'],
          expression: '{total, name, at, tax: round(total * terms.rates.eu, 2), hash, url, spent}',
        },
      },
    },
    { id: 'json', type: 'StringifyJson' },
    { id: 'respond', type: 'RespondToWebhook' },
  ],
  [
    'hook.exec -> branch.exec',
    'hook.body -> items.object',
    'items.value -> sum.array',
    'sum.result -> total.value',
    'total.result -> large.a',
    'large.result -> both.a',
    'open.value -> both.b',
    'both.result -> branch.condition',
    'branch.true -> count.exec',
    'total.result -> count.amount',
    'count.exec -> respond.exec',
    'hook.body -> name.object',
    'name.value -> upper.value',
    'upper.result -> masked.value',
    'hook.body -> at.object',
    'at.value -> when.value',
    'name.value -> hash.text',
    'name.value -> url.path',
    'total.result -> answer.total',
    'masked.result -> answer.name',
    'when.text -> answer.at',
    'yaml.value -> answer.terms',
    'hash.hash -> answer.hash',
    'url.url -> answer.url',
    'count.newValue -> answer.spent',
    'answer.result -> json.value',
    'json.text -> respond.body',
  ],
  [{ name: 'spent', type: 'float', defaultValue: 100 }],
);

describe('the node library', () => {
  let runnel: TestRunnel;
  let client: Client;

  beforeAll(async () => {
    runnel = await startRunnel({ env: { RUNNEL_RATE_LIMITS: 'off' } });
    client = await registerUser(runnel.baseUrl, 'ada@example.com');
  });
  afterAll(async () => {
    await runnel?.stop();
  });

  describe('E.4 GET /api/nodes', () => {
    const list = async (query = '') => {
      const path = `/api/nodes${query}`;
      const answer = await expectStatus(client.get<{ nodes: NodeDefinition[] }>(path), 200);
      return answer.body.nodes;
    };

    it('lists every node with its pins, the same for everybody', async () => {
      const nodes = await list();
      expect(nodes.length).toBeGreaterThan(120);
      expect(nodes.find(({ id }) => id === 'Round')).toEqual({
        id: 'Round',
        label: 'Round',
        category: 'Math',
        description: 'Rounds a number to some decimals.',
        isPure: true,
        inputs: [
          { name: 'value', type: 'float', label: 'Value', required: true },
          { name: 'decimals', type: 'integer', label: 'Decimals', default: 0 },
        ],
        outputs: [{ name: 'result', type: 'float', label: 'Result' }],
      });
      const other = await registerUser(runnel.baseUrl, 'bob@example.com');
      expect((await other.get('/api/nodes')).body).toEqual({ nodes });
    });

    it('filters by category and by words', async () => {
      const math = await list('?category=math');
      expect(math).toHaveLength(23);
      expect(new Set(math.map(({ category }) => category))).toEqual(new Set(['Math']));
      expect((await list('?search=YAML')).map(({ id }) => id)).toContain('ParseYaml');
      expect(await list('?category=Math&search=yaml')).toEqual([]);
      expect(await list('?category=nothing')).toEqual([]);
    });

    it('refuses a filter that is too long, and callers without a credential', async () => {
      const long = await client.get(`/api/nodes?search=${'x'.repeat(201)}`);
      expect(long).toMatchObject({ status: 400, body: { success: false, code: 'VALIDATION' } });
      const anonymous = await new Client(runnel.baseUrl).get('/api/nodes');
      expect(anonymous.status).toBe(401);
    });
  });

  describe('E.4 GET /api/nodes/:id', () => {
    it('gives one node, bare', async () => {
      const { nodes } = (await client.get<{ nodes: NodeDefinition[] }>('/api/nodes')).body;
      const answer = await expectStatus(client.get('/api/nodes/ParseCsv'), 200);
      expect(answer.body).toEqual(nodes.find(({ id }) => id === 'ParseCsv'));
    });

    it.each(['Nope', 'parsecsv', 'constructor', '__proto__'])('does not know %s', async (id) => {
      expect(await client.get(`/api/nodes/${id}`)).toMatchObject({
        status: 404,
        body: { success: false, code: 'NODE_NOT_FOUND' },
      });
    });
  });

  describe('a deployed pattern', () => {
    it('computes with a node of each category', async () => {
      const used = new Set(orderGraph.nodes.map(({ type }) => type));
      const { nodes } = (await client.get<{ nodes: NodeDefinition[] }>('/api/nodes')).body;
      const all = new Set(nodes.map(({ category }) => category));
      expect(new Set(nodes.filter(({ id }) => used.has(id)).map((n) => n.category))).toEqual(all);

      const webhook = await deployWebhook(client, orderGraph);
      const answer = await sendWebhook(runnel.baseUrl, webhook, {
        customer: 'Ada Lovelace',
        at: '2026-07-01T12:00:00Z',
        items: [
          { price: 4.2, n: 2 },
          { price: 3.335, n: 1 },
        ],
      });
      expect([answer.status, answer.body]).toEqual([
        200,
        {
          total: 11.74,
          name: 'D LVLC',
          at: '2026-07-01T14:00:00.000+02:00',
          tax: 2.23,
          hash: '51ce875242e653b2b6f090d1a0b6f5df',
          url: 'https://x.example/Ada%20Lovelace',
          spent: 111.74,
        },
      ]);
    });

    it('is refused with an expression that is none, at its node', async () => {
      const bad = graph(
        [
          { id: 'start', type: 'OnStart' },
          { id: 'sum', type: 'Expression', data: { properties: { expression: 'a +' } } },
          { id: 'log', type: 'Log' },
        ],
        ['start.exec -> log.exec', 'sum.result -> log.message'],
      );
      const made = await client.post<{ data: { id: string } }>('/api/patterns', {
        name: 'Bad',
        graphData: bad,
      });
      const answer = await client.post(`/api/patterns/${made.body.data.id}/deploy`, {
        nodeDefinitions: {},
      });
      const message = 'Unexpected end at character 4 of the expression';
      expect(answer).toMatchObject({
        status: 422,
        body: { success: false, errors: [{ nodeId: 'sum', message, code: 'BAD_PROPERTY' }] },
      });
    });
  });
});
