import type { Json, JsonObject } from './json';

/** A pattern's graph (contracts/automation.md A.8), checked in shape by `parseGraph`. */
export interface GraphData {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly variables: readonly GraphVariable[];
}

export interface GraphNode {
  readonly id: string;
  /** Node type, e.g. `HttpRequest`; not yet known to exist. */
  readonly type: string;
  readonly data: GraphNodeData;
}

export interface GraphNodeData {
  readonly label?: string;
  readonly description?: string;
  /** Inline values of unwired inputs, by pin name. */
  readonly defaults: JsonObject;
  readonly properties: JsonObject;
  /** A disabled node does nothing: execution passes through its first output, its data reads as null. */
  readonly disabled?: boolean;
}

/** A wire from output pin `sourceHandle` of `source` to input pin `targetHandle` of `target`. */
export interface GraphEdge {
  readonly id: string;
  readonly source: string;
  readonly sourceHandle: string;
  readonly target: string;
  readonly targetHandle: string;
}

export const VARIABLE_TYPES = ['string', 'integer', 'float', 'boolean', 'object', 'array'] as const;
export type VariableType = (typeof VARIABLE_TYPES)[number];

export interface GraphVariable {
  readonly name: string;
  readonly type: VariableType;
  /** Start value in each run; the type's empty value where absent. */
  readonly defaultValue?: Json;
}

export const GRAPH_LIMITS = {
  nodes: 1_000,
  edges: 5_000,
  variables: 200,
  /** Levels of nesting of the whole graph object. */
  depth: 64,
  /** UTF-16 units of the graph's JSON text, about. */
  size: 1_048_576,
} as const;
