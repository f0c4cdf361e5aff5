import { stepNode } from '../define-node';
import type { Json } from '../json';
import type { NodeSpec } from '../node-spec';
import { HTTP_BUILDER_NODES } from './http/builders';

export const HTTP_NODES: readonly NodeSpec[] = [
  stepNode({
    id: 'HttpRequest',
    label: 'HTTP Request',
    category: 'HTTP',
    description: 'Calls a URL.',
    documentation:
      'Any status is an answer, not an error. A network error or a timeout raises. The answer may have 10 MiB; ' +
      'at most 5 redirects; private addresses are refused unless the operator allows them.',
    inputs: [
      { name: 'url', type: 'string', label: 'URL', required: true },
      {
        name: 'method',
        type: 'enum',
        default: 'GET',
        enumValues: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
      },
      { name: 'headers', type: 'object', default: {} },
      { name: 'body', type: 'any' },
      { name: 'timeout', type: 'float', label: 'Timeout (seconds)', default: 30 },
    ],
    outputs: [
      { name: 'response', type: 'object' },
      { name: 'status', type: 'integer' },
      { name: 'responseHeaders', type: 'object' },
      { name: 'responseBody', type: 'string' },
    ],
    properties: [
      {
        name: 'connection',
        label: 'Connection',
        type: 'string',
        description:
          'Id of the connection whose credential goes with the request, to the hosts it may go to.',
      },
    ],
    propertyProblems: ({ connection }) => connectionProblems(connection),
    hostProperties: ['connection'],
  }),
  stepNode({
    id: 'RespondToWebhook',
    label: 'Respond to Webhook',
    category: 'HTTP',
    description: 'Answers the request that started the run.',
    documentation:
      'Only where the On Webhook node answers by a response node. A second answer is ignored with a warning. The run goes on after it.',
    inputs: [
      { name: 'statusCode', type: 'integer', default: 200 },
      { name: 'headers', type: 'object', default: {} },
      { name: 'body', type: 'string', default: '' },
    ],
    outputs: [],
    prepare: (inputs, rt, nodeId) => {
      if (inputs.statusCode < 200 || inputs.statusCode > 599) {
        const message = `Status code must be between 200 and 599 but is ${inputs.statusCode}`;
        throw rt.error('RangeError', message, nodeId, 'STATUS_OUT_OF_RANGE');
      }
      if (rt.firstResponse()) return inputs;
      rt.log('warn', 'The webhook has been answered already; this answer is ignored', nodeId);
      return null;
    },
  }),
  ...HTTP_BUILDER_NODES,
];

/** Whether the connection exists is for its service to say, when the request is made. */
function connectionProblems(connection: Json | undefined): readonly string[] {
  if (connection === undefined || connection === null || connection === '') return [];
  const isId = typeof connection === 'string' && /^conn_[0-9a-z]{26}$/.test(connection);
  return isId ? [] : ["Connection must be a connection's id"];
}
