import { GRAPH_LIMITS, VARIABLE_TYPES } from './graph';
import type { GraphData, GraphEdge, GraphNode, GraphNodeData, GraphVariable } from './graph';
import { isJsonObject } from './json';
import type { Json, JsonObject } from './json';
import { brokenLimit } from './json-measure';
import { isForbiddenName, nameProblem } from './safe-name';

/** What is wrong with the shape of a graph, and where (`nodes[3].id`). */
export interface GraphShapeProblem {
  readonly path: string;
  readonly message: string;
}

export type ParsedGraph =
  | { readonly ok: true; readonly graph: GraphData }
  | {
      readonly ok: false;
      readonly problems: readonly GraphShapeProblem[];
      /** A limit of B.7 is broken: HTTP 413 rather than 400. */
      readonly tooLarge: boolean;
    };

const MAX_PROBLEMS = 50;
const MAX_TEXT_LENGTH = 10_000;

/**
 * Checks the shape of a graph that a client sent (parsed JSON) and gives it canonical names: edges may say
 * `sourcePin`/`targetPin`; absent lists are empty. Unknown keys are kept as they are. Only own
 * properties are read; `__proto__`, `constructor` and `prototype` are refused as ids and names.
 * Whether the graph makes sense is `validateGraph`'s question (@runnel/compiler).
 */
export function parseGraph(input: unknown): ParsedGraph {
  if (!isJsonObject(input)) return failure([{ path: '', message: 'must be an object' }]);
  const limit = sizeProblem(input);
  if (limit !== undefined) return { ...failure([limit]), tooLarge: true };
  const problems: GraphShapeProblem[] = [];
  const graph = {
    ...input,
    nodes: list(input, 'nodes', problems).map((raw, i) => parseNode(raw, `nodes[${i}]`, problems)),
    edges: list(input, 'edges', problems).map((raw, i) => parseEdge(raw, `edges[${i}]`, problems)),
    variables: list(input, 'variables', problems).map((raw, i) =>
      parseVariable(raw, `variables[${i}]`, problems),
    ),
  };
  return problems.length === 0 ? { ok: true, graph } : failure(problems.slice(0, MAX_PROBLEMS));
}

function failure(problems: readonly GraphShapeProblem[]) {
  return { ok: false, problems, tooLarge: false } as const;
}

function sizeProblem(input: JsonObject): GraphShapeProblem | undefined {
  for (const name of ['nodes', 'edges', 'variables'] as const) {
    const value = own(input, name);
    if (Array.isArray(value) && value.length > GRAPH_LIMITS[name]) {
      return { path: name, message: `must have at most ${GRAPH_LIMITS[name]} items` };
    }
  }
  const broken = brokenLimit(input, GRAPH_LIMITS);
  if (broken === undefined) return undefined;
  const message =
    broken === 'depth'
      ? `must not be nested deeper than ${GRAPH_LIMITS.depth} levels`
      : `must have at most ${GRAPH_LIMITS.size} characters of JSON`;
  return { path: '', message };
}

function parseNode(raw: Json, path: string, problems: GraphShapeProblem[]): GraphNode {
  const node = object(raw, path, problems);
  const data =
    own(node, 'data') === undefined ? {} : object(own(node, 'data'), `${path}.data`, problems);
  return {
    ...node,
    id: name(node, 'id', path, problems),
    type: name(node, 'type', path, problems),
    data: parseNodeData(data, `${path}.data`, problems),
  };
}

function parseNodeData(
  data: JsonObject,
  path: string,
  problems: GraphShapeProblem[],
): GraphNodeData {
  for (const key of ['label', 'description']) optional(data, key, 'string', path, problems);
  optional(data, 'disabled', 'boolean', path, problems);
  return {
    ...data,
    defaults: namedValues(data, 'defaults', path, problems),
    properties: namedValues(data, 'properties', path, problems),
  };
}

function parseEdge(raw: Json, path: string, problems: GraphShapeProblem[]): GraphEdge {
  const edge = object(raw, path, problems);
  const source = name(edge, 'source', path, problems);
  const target = name(edge, 'target', path, problems);
  const id = own(edge, 'id');
  const hasId = id !== undefined && id !== null && id !== '';
  const idProblem = hasId ? nameProblem(id) : undefined;
  if (idProblem !== undefined) problems.push({ path: `${path}.id`, message: idProblem });
  return {
    ...edge,
    id: hasId && typeof id === 'string' ? id : `${source}->${target}`,
    source,
    sourceHandle: name(edge, alias(edge, 'sourceHandle', 'sourcePin'), path, problems),
    target,
    targetHandle: name(edge, alias(edge, 'targetHandle', 'targetPin'), path, problems),
  };
}

function parseVariable(raw: Json, path: string, problems: GraphShapeProblem[]): GraphVariable {
  const variable = object(raw, path, problems);
  const type = VARIABLE_TYPES.find((known) => known === own(variable, 'type'));
  if (type === undefined) {
    problems.push({ path: `${path}.type`, message: `must be one of ${VARIABLE_TYPES.join(', ')}` });
  }
  return { ...variable, name: name(variable, 'name', path, problems), type: type ?? 'string' };
}

function alias(edge: JsonObject, handle: string, pin: string): string {
  return own(edge, handle) === undefined && own(edge, pin) !== undefined ? pin : handle;
}

function list(input: JsonObject, key: string, problems: GraphShapeProblem[]): readonly Json[] {
  const value = own(input, key);
  if (value === undefined) return [];
  if (Array.isArray(value)) return value as readonly Json[];
  problems.push({ path: key, message: 'must be an array' });
  return [];
}

function object(value: unknown, path: string, problems: GraphShapeProblem[]): JsonObject {
  if (isJsonObject(value)) return value;
  problems.push({ path, message: 'must be an object' });
  return {};
}

function name(from: JsonObject, key: string, path: string, problems: GraphShapeProblem[]): string {
  const value = own(from, key);
  const message = nameProblem(value);
  if (message !== undefined) problems.push({ path: `${path}.${key}`, message });
  return typeof value === 'string' ? value : '';
}

function namedValues(
  data: JsonObject,
  key: string,
  path: string,
  problems: GraphShapeProblem[],
): JsonObject {
  const value = own(data, key);
  if (value === undefined) return {};
  const values = object(value, `${path}.${key}`, problems);
  for (const pin of Object.keys(values).filter(isForbiddenName)) {
    problems.push({ path: `${path}.${key}`, message: `must not have a key '${pin}'` });
  }
  return values;
}

function optional(
  data: JsonObject,
  key: string,
  type: 'string' | 'boolean',
  path: string,
  problems: GraphShapeProblem[],
): void {
  const value = own(data, key);
  if (value === undefined) return;
  if (typeof value !== type)
    problems.push({ path: `${path}.${key}`, message: `must be a ${type}` });
  if (typeof value === 'string' && value.length > MAX_TEXT_LENGTH) {
    const message = `must have at most ${MAX_TEXT_LENGTH} characters`;
    problems.push({ path: `${path}.${key}`, message });
  }
}

function own(from: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(from, key) ? from[key] : undefined;
}
