import { DomainError } from '@runnel/errors';
import type { DeploymentTarget } from '@runnel/messaging';
import type { RunRequested, TriggerType } from '@runnel/run-domain';

type Trigger = RunRequested['trigger'];

/** Node type by which a run enters that was triggered so; a manual run may enter anywhere. */
const NODE_TYPE: Partial<Record<TriggerType, string>> = {
  webhook: 'OnWebhook',
  schedule: 'OnSchedule',
  email: 'OnEmail',
  pattern_call: 'OnPatternCall',
};

/**
 * The trigger of the original, entering the version that is deployed now: by the same node or, where that is
 * gone, by the first of its type. Throws DomainError TRIGGER_MISSING when there is none.
 */
export function triggerAgain(original: Trigger, { triggers }: DeploymentTarget): Trigger {
  const type = NODE_TYPE[original.type];
  const fits = triggers.filter((trigger) => type === undefined || trigger.type === type);
  const node =
    fits.find(({ nodeId }) => nodeId === original.nodeId) ??
    (type === undefined ? fits.find((trigger) => trigger.type === 'OnStart') : undefined) ??
    fits[0];
  if (node) return { ...original, nodeId: node.nodeId };
  const message = `the deployed version has no ${type ?? 'trigger'} node by which the run could enter; deploy one that has`;
  throw new DomainError('TRIGGER_MISSING', message);
}
