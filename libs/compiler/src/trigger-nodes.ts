import { type NodeSchedule, parseSchedule } from '@runnel/definitions';
import { entryTriggers } from './graph-model';
import type { GraphModel, ModelNode } from './graph-model';
import type { GraphProblem } from './problem';

/** A trigger that starts runs; `type` is the node type, e.g. `OnWebhook`. An On Schedule node says when. */
export interface TriggerNode extends Partial<NodeSchedule> {
  readonly type: string;
  readonly nodeId: string;
}

/** Whoever lists deployments computes the next tick of each. */
const MAX_SCHEDULES = 50;

/** The triggers of a valid graph, in node order. */
export function triggerNodes(model: GraphModel): TriggerNode[] {
  return entryTriggers(model).map((node) => ({
    type: node.spec.id,
    nodeId: node.id,
    ...scheduleOf(node),
  }));
}

/** A graph with more schedules than anybody draws is refused. */
export function checkScheduleCount(model: GraphModel): GraphProblem[] {
  const scheduled = entryTriggers(model).filter(isSchedule);
  const message = `A pattern has at most ${MAX_SCHEDULES} On Schedule nodes`;
  return scheduled
    .slice(MAX_SCHEDULES, MAX_SCHEDULES + 1)
    .map(({ id }) => ({ nodeId: id, message, code: 'BAD_PROPERTY' }));
}

function scheduleOf(node: ModelNode): Partial<NodeSchedule> {
  const schedule = isSchedule(node) ? parseSchedule(node.node.data.properties) : '';
  return typeof schedule === 'string' ? {} : schedule;
}

function isSchedule({ spec }: ModelNode): boolean {
  return spec.id === 'OnSchedule';
}
