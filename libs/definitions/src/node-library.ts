import { ARRAY_NODES } from './nodes/array';
import { COMPARISON_NODES } from './nodes/comparison';
import { DATA_FORMAT_NODES } from './nodes/data-formats';
import { DATE_TIME_NODES } from './nodes/date-time';
import { ENVIRONMENT_NODES } from './nodes/environment';
import { EVENT_NODES } from './nodes/events';
import { FLOW_CONTROL_NODES } from './nodes/flow-control';
import { HTTP_NODES } from './nodes/http';
import { LITERAL_NODES } from './nodes/literals';
import { LOGICAL_NODES } from './nodes/logical';
import { MATH_NODES } from './nodes/math';
import { OBJECT_NODES } from './nodes/object';
import { SCHEDULE_EVENT_NODES } from './nodes/schedule-events';
import { STRING_NODES } from './nodes/string';
import { UTILITY_NODES } from './nodes/utility';
import { VARIABLE_NODES } from './nodes/variables';
import type { NodeSpec } from './node-spec';

/** Every node type, in the order of the categories. */
export const NODE_LIBRARY: readonly NodeSpec[] = [
  ...EVENT_NODES,
  ...SCHEDULE_EVENT_NODES,
  ...FLOW_CONTROL_NODES,
  ...HTTP_NODES,
  ...VARIABLE_NODES,
  ...ENVIRONMENT_NODES,
  ...LITERAL_NODES,
  ...MATH_NODES,
  ...COMPARISON_NODES,
  ...LOGICAL_NODES,
  ...STRING_NODES,
  ...ARRAY_NODES,
  ...OBJECT_NODES,
  ...DATA_FORMAT_NODES,
  ...DATE_TIME_NODES,
  ...UTILITY_NODES,
];

const BY_ID: ReadonlyMap<string, NodeSpec> = new Map(NODE_LIBRARY.map((spec) => [spec.id, spec]));

/** The declaration of a node type; undefined for a type that does not exist. Ids are case-sensitive. */
export function findNode(id: string): NodeSpec | undefined {
  return BY_ID.get(id);
}
