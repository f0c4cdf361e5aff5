import { eventNode } from '../define-node';
import type { NodeSpec } from '../node-spec';
import { parseResponseMode } from '../response-mode';

export const EVENT_NODES: readonly NodeSpec[] = [
  eventNode({
    id: 'OnStart',
    label: 'On Start',
    category: 'Events',
    description: 'Starts the pattern when somebody runs it.',
    documentation: 'eventData is the object posted with the run, or null.',
    outputs: [{ name: 'eventData', type: 'object' }],
  }),
  eventNode({
    id: 'OnWebhook',
    label: 'On Webhook',
    category: 'Events',
    description: 'Starts the pattern when a request reaches its webhook URL.',
    documentation:
      'Header names are lower-case. Without a response mode the request is answered by a reachable ' +
      'Respond to Webhook node, or at once when there is none.',
    outputs: [
      { name: 'body', type: 'object' },
      { name: 'headers', type: 'object' },
      { name: 'query', type: 'object' },
      { name: 'method', type: 'string' },
      { name: 'url', type: 'string' },
    ],
    properties: [
      {
        name: 'webhookAlias',
        label: 'Alias',
        type: 'string',
        description: 'Name of the endpoint in lists; the node id where empty.',
      },
      {
        name: 'responseMode',
        label: 'Response mode',
        type: 'enum',
        enumValues: ['immediate', 'lastNode', 'responseNode'],
        description: 'When and with what the request is answered.',
      },
    ],
    propertyProblems: (properties) =>
      parseResponseMode(properties['responseMode']) === 'invalid'
        ? ['Response mode must be immediate, lastNode or responseNode']
        : [],
  }),
];
