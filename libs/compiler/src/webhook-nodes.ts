import { parseResponseMode } from '@runnel/definitions';
import type { ResponseMode } from '@runnel/definitions';
import type { GraphModel, ModelNode } from './graph-model';
import { entryTriggers } from './graph-model';
import { reachableFrom } from './reachability';

/** What a deployment needs to know of an On Webhook node. */
export interface WebhookNode {
  readonly nodeId: string;
  /** Name of the endpoint: the node's `webhookAlias`, else its id. */
  readonly alias: string;
  readonly responseMode: ResponseMode;
}

const MAX_ALIAS = 128;

/** The On Webhook nodes that start runs, in node order. */
export function webhookNodes(model: GraphModel): WebhookNode[] {
  return entryTriggers(model)
    .filter((node) => node.spec.id === 'OnWebhook')
    .map((node) => ({
      nodeId: node.id,
      alias: aliasOf(node),
      responseMode: responseModeOf(model, node),
    }));
}

/** The property wins; unset, a reachable Respond to Webhook node means that it answers (E.3). */
export function responseModeOf(model: GraphModel, webhook: ModelNode): ResponseMode {
  const mode = parseResponseMode(webhook.node.data.properties['responseMode']);
  if (mode !== 'unset' && mode !== 'invalid') return mode;
  return respondNodesOf(model, webhook).length > 0 ? 'response_node' : 'immediate';
}

/** The enabled Respond to Webhook nodes that execution can reach from a trigger. */
export function respondNodesOf(model: GraphModel, trigger: ModelNode): ModelNode[] {
  const responders = [...model.nodes.values()].filter(
    (node) => node.spec.id === 'RespondToWebhook' && !node.isDisabled,
  );
  if (responders.length === 0) return [];
  const reached = reachableFrom(model, [trigger]);
  return responders.filter((node) => reached.has(node.id));
}

function aliasOf(node: ModelNode): string {
  const alias = node.node.data.properties['webhookAlias'];
  const text = typeof alias === 'string' ? alias.trim().slice(0, MAX_ALIAS) : '';
  return text === '' ? node.id : text;
}
