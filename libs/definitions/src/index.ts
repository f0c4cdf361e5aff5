export { codeProgram, isParameterName } from './code-node';
export type { CodeProgram } from './code-node';
export { GRAPH_LIMITS, VARIABLE_TYPES } from './graph';
export type {
  GraphData,
  GraphEdge,
  GraphNode,
  GraphNodeData,
  GraphVariable,
  VariableType,
} from './graph';
export { isJsonObject } from './json';
export type { Json, JsonObject } from './json';
export { isBoundedJson } from './json-measure';
export { listNodeDefinitions, toNodeDefinition } from './node-definition';
export type { NodeDefinition, NodeFilter } from './node-definition';
export { findNode, NODE_LIBRARY } from './node-library';
export type { LogLevel, NodeRuntime, RegexMatch, RegexMatcher } from './node-runtime';
export { isPure } from './node-spec';
export type { FlowConstruct, GuestFunction, NodeBehaviour, NodePins, NodeSpec } from './node-spec';
export { parseGraph } from './parse-graph';
export type { GraphShapeProblem, ParsedGraph } from './parse-graph';
export { isRequiredInput } from './pin';
export type { Pin, PinSpec } from './pin';
export { canConnect, PIN_TYPES } from './pin-types';
export type { PinType } from './pin-types';
export { parseResponseMode } from './response-mode';
export type { ResponseMode } from './response-mode';
export { isForbiddenName } from './safe-name';
export { DEFAULT_TIMEZONE, parseSchedule } from './schedule-properties';
export type { NodeSchedule } from './schedule-properties';
export { switchCases } from './switch-cases';
export type { SwitchCase } from './switch-cases';
