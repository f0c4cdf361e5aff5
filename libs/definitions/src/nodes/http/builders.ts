import { pureNode } from '../../define-node';
import type { NodeSpec } from '../../node-spec';

export const HTTP_BUILDER_NODES: readonly NodeSpec[] = [
  pureNode({
    id: 'ParseResponse',
    label: 'Parse Response',
    category: 'HTTP',
    description: 'Reads the answer of an HTTP request in some format.',
    documentation:
      'Takes response or responseBody of HTTP Request. A text is read as format says; what is no text has been read already and stays as it is. Text ' +
      'that does not fit its format is an error.',
    inputs: [
      { name: 'response', type: 'any', required: true },
      {
        name: 'format',
        type: 'enum',
        default: 'json',
        enumValues: ['json', 'text', 'csv', 'xml', 'yaml'],
      },
    ],
    output: { name: 'data', type: 'any' },
    evaluate: (inputs, rt, nodeId) => {
      const { response, format } = inputs;
      if (format === 'text') return rt.text(response);
      if (typeof response !== 'string') return response;
      if (format === 'xml') return rt.parseXml(response, nodeId);
      if (format === 'yaml') return rt.parseYaml(response, nodeId);
      if (format === 'csv') return rt.parseCsv(response, ',', nodeId);
      try {
        return JSON.parse(response) as typeof response;
      } catch (cause) {
        const message = `The response is not JSON: ${String((cause as Error).message)}`;
        throw rt.error('SyntaxError', message, nodeId, 'INVALID_JSON');
      }
    },
  }),
  pureNode({
    id: 'BuildUrl',
    label: 'Build URL',
    category: 'HTTP',
    description: 'Puts a URL together from a base, a path and a query.',
    documentation:
      'The base is http or https and may have a path and a query of its own. The parts of the path and the query are percent-encoded, so data cannot change where ' +
      'the URL leads: . and .. are refused. A list in the query gives one pair per item, null leaves the pair out.',
    inputs: [
      { name: 'base', type: 'string', required: true },
      { name: 'path', type: 'string', default: '' },
      { name: 'query', type: 'object', default: {} },
    ],
    output: { name: 'url', type: 'string' },
    evaluate: (inputs, rt, nodeId) => {
      const fail = (message: string) => rt.error('TypeError', message, nodeId, 'BAD_URL');
      const parts = /^(https?:\/\/[^\s/?#\\]+)([^\s?#\\]*)(\?[^\s#]*)?(#\S*)?$/i.exec(inputs.base);
      if (parts === null) throw fail('The base is no http or https URL');
      const [, origin = '', own = '', search = '', hash = ''] = parts;
      const segments = inputs.path.split('/').filter((segment) => segment !== '');
      if (segments.some((segment) => segment === '.' || segment === '..')) {
        throw fail("The path must not hold '.' or '..'");
      }
      let path = own;
      for (const segment of segments) {
        path += (path.endsWith('/') ? '' : '/') + rt.percentEncode(segment);
      }
      if (segments.length > 0 && inputs.path.endsWith('/')) path += '/';
      const added = rt.query(inputs.query === null ? {} : inputs.query);
      const mark = added === '' ? '' : search === '' ? '?' : search === '?' ? '' : '&';
      return rt.bounded(origin + path + search + mark + added + hash, nodeId);
    },
  }),
  pureNode({
    id: 'BuildHeaders',
    label: 'Build Headers',
    category: 'HTTP',
    description: 'Puts headers together, with the common ones by name.',
    documentation:
      'Empty inputs add nothing; the ones by name win over headers. A name or a value that a header cannot have, such as one with a line end, is an error.',
    inputs: [
      { name: 'headers', type: 'object', default: {} },
      { name: 'contentType', type: 'string', default: '' },
      { name: 'accept', type: 'string', default: '' },
      { name: 'bearerToken', type: 'string', default: '' },
    ],
    output: { name: 'headers', type: 'object' },
    evaluate: (inputs, rt, nodeId) => {
      const named: [string, string][] = [
        ['content-type', inputs.contentType],
        ['accept', inputs.accept],
        ['authorization', inputs.bearerToken === '' ? '' : `Bearer ${inputs.bearerToken}`],
      ];
      const result = new Map<string, string>();
      for (const [name, value] of Object.entries(inputs.headers === null ? {} : inputs.headers)) {
        if (value !== null) result.set(name.toLowerCase(), rt.text(value));
      }
      for (const [name, value] of named) if (value !== '') result.set(name, value);
      for (const [name, value] of result) {
        const isSafe =
          /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
        if (isSafe) continue;
        const message = `Header '${name.slice(0, 100)}' has a name or value that headers cannot have`;
        throw rt.error('TypeError', message, nodeId, 'BAD_HEADER');
      }
      return Object.fromEntries(result);
    },
  }),
  pureNode({
    id: 'FormData',
    label: 'Form Data',
    category: 'HTTP',
    description: 'The body of a form, as application/x-www-form-urlencoded.',
    documentation:
      'A list gives one pair per item, null leaves the pair out. Give HTTP Request the content type by Build Headers.',
    inputs: [{ name: 'fields', type: 'object', default: {} }],
    output: { name: 'body', type: 'string' },
    evaluate: (inputs, rt, nodeId) =>
      rt.bounded(rt.query(inputs.fields === null ? {} : inputs.fields), nodeId),
  }),
];
