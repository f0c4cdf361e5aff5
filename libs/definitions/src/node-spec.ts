import type { JsonObject } from './json';
import type { NodeRuntime } from './node-runtime';
import type { PinSpec } from './pin';

/** Every category of the node library, in the order the editor shows them. */
export const CATEGORIES = [
  'Events',
  'Flow Control',
  'HTTP',
  'Variables',
  'Literals',
  'Math',
  'Comparison',
  'Logical',
  'String',
  'Array',
  'Object/Map',
  'Data Formats',
  'Date/Time',
  'Utility',
] as const;
export type Category = (typeof CATEGORIES)[number];

/** The constructs of B.4 that the compiler writes out as control flow. */
export type FlowConstruct =
  | 'branch'
  | 'switch'
  | 'sequence'
  | 'for-each'
  | 'for-range'
  | 'while'
  | 'break'
  | 'continue'
  | 'try-catch'
  | 'throw';

/**
 * A node's implementation, kept only for its text: it must be an arrow function that uses nothing but its
 * parameters and built-ins, because it runs in the sandbox as part of the prelude.
 */
export type GuestFunction = (...args: never[]) => unknown;

/** How a node works, and therefore what the compiler writes for it. */
export type NodeBehaviour =
  /** Starts a run; its outputs are the event. */
  | { readonly kind: 'event' }
  | { readonly kind: 'flow'; readonly construct: FlowConstruct }
  /** Impure, performed by the host and journaled. `prepare` checks and completes the input inside the sandbox; null skips the step. */
  | { readonly kind: 'step'; readonly prepare?: GuestFunction }
  /** Impure, performed inside the sandbox. */
  | { readonly kind: 'action'; readonly perform: GuestFunction }
  /** Pure: computes its one output. */
  | { readonly kind: 'pure'; readonly evaluate: GuestFunction }
  /** Pure, reads only the inputs it needs (B.3). */
  | { readonly kind: 'lazy'; readonly operator: 'and' | 'or' | 'select' | 'coalesce' }
  /** Pure: its output is `properties.value`. */
  | { readonly kind: 'literal' }
  /** Pure: computes `properties.expression` (B.6) from its inputs. */
  | { readonly kind: 'expression' }
  /** The user's own JavaScript (Decisions 4). */
  | { readonly kind: 'code' }
  | { readonly kind: 'comment' };

/** One entry of `data.properties`. */
export interface PropertySpec {
  readonly name: string;
  readonly label: string;
  readonly type: 'string' | 'code' | 'enum' | 'list' | 'json';
  readonly enumValues?: readonly string[];
  readonly description: string;
}

/** An input or a property that holds an expression. */
export interface ExpressionSource {
  readonly input?: string;
  readonly property?: string;
  /** The names that it may use; by default those of the node's inputs. */
  readonly names?: readonly string[];
}

export interface NodePins {
  readonly inputs: readonly PinSpec[];
  readonly outputs: readonly PinSpec[];
}

/** The one declaration of a node type; everything that knows about nodes is made from it. */
export interface NodeSpec extends NodePins {
  readonly id: string;
  readonly label: string;
  readonly category: Category;
  /** One sentence. */
  readonly description: string;
  /** What the sentence leaves out: edge cases, limits, errors. */
  readonly documentation: string;
  readonly behaviour: NodeBehaviour;
  /** `value`: reads the host's clock or randomness; `outside`: changes or reads the world. */
  readonly effect: 'none' | 'value' | 'outside';
  readonly properties: readonly PropertySpec[];
  /** The pins of a node whose pins depend on its properties. Must cope with any JSON. */
  readonly pinsFor?: (properties: JsonObject) => NodePins;
  /** What is wrong with the node's properties, one sentence each. */
  readonly propertyProblems?: (properties: JsonObject) => readonly string[];
  /** Properties that a step's host is told together with its inputs. */
  readonly hostProperties?: readonly string[];
  /** The input that names a variable of the pattern (B.5). */
  readonly variableInput?: string;
  /** Where the node takes an expression (B.6) from, to be checked before a run. */
  readonly expression?: ExpressionSource;
}

/** Arguments of every implementation: inputs after coercion, the runtime, the node's id (for errors and logs). */
export type Implementation<Inputs, Result> = (
  inputs: Inputs,
  rt: NodeRuntime,
  nodeId: string,
) => Result;

/** True when the node has no execution pins and is evaluated when read (B.3). */
export function isPure(spec: NodeSpec): boolean {
  const pureKinds: readonly NodeBehaviour['kind'][] = [
    'pure',
    'lazy',
    'literal',
    'expression',
    'comment',
  ];
  return pureKinds.includes(spec.behaviour.kind);
}
