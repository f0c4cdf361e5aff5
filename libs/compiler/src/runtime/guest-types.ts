import type {
  Json,
  JsonObject,
  LogLevel,
  NodeRuntime,
  PinType,
  RegexMatcher,
} from '@runnel/definitions';

/**
 * The types of the code that runs inside the sandbox VM (the runtime prelude). Each `install…` function of this folder
 * becomes text of the prelude, so it may use nothing but its parameters and JavaScript's built-ins.
 */

/** The only door out of the VM; implemented by the sandbox's child process. Everything is plain JSON, copied. */
export interface GuestHost {
  /** An outside effect, journaled under `key`. Rejects with an Error of name = type, message and code. */
  step(key: string, nodeId: string, nodeType: string, input: Json): Promise<Json>;
  /** What the engine lacks and gives the same for the same input; never recorded. Throws an Error with a code. */
  compute(kind: 'hash' | 'hmac' | 'zone-offset', input: JsonObject): Json;
  /** The clock (ms since epoch), randomness (0 to 1) or a UUID; recorded under `key`. */
  value(key: string, kind: 'now' | 'random' | 'uuid'): Json;
  log(level: LogLevel, message: string, nodeId: string): void;
  /** An impure node without outside effect ran. `inputs` only in traced runs. */
  fired(key: string, nodeId: string, nodeType: string, output?: Json, inputs?: Json): void;
  /**
   * How many more nodes fired after the first 200; a host without it is told one by one. It spares a
   * long loop a call out of the VM per node.
   */
  firedOmitted?(count: number): void;
}

/** What the sandbox says about the run. */
export interface GuestRequest {
  readonly trigger: { readonly nodeId: string };
  readonly event: Json;
  /** Start values that win over the declared defaults. */
  readonly variables?: JsonObject;
  /** Variables and secrets of the deployment's environment; of programs that read them only. */
  readonly env?: { readonly [name: string]: string };
  readonly secrets?: { readonly [name: string]: string };
  readonly traced?: boolean;
  readonly limits?: {
    readonly maxLogLines?: number;
    readonly maxLogBytes?: number;
    /** Most journaled effects and values of the run. */
    readonly maxSteps?: number;
  };
}

/** The function of a node: runs it and gives the next one, or leaves the innermost loop's turn. */
export type Chain = () => Flow | Promise<Flow>;
export type Flow = Chain | 'break' | 'continue' | undefined;

/** Guest errors carry what the run's end says about them. */
export interface GuestError extends Error {
  nodeId?: string;
  code?: string;
}

/** Per node type: what the prelude knows of it. */
export interface GuestNode {
  /** Names of the data outputs; what else the host answers is dropped. */
  readonly outputs: readonly string[];
  readonly evaluate?: (inputs: JsonObject, rt: NodeRuntime, nodeId: string) => Json;
  readonly perform?: (inputs: JsonObject, rt: NodeRuntime, nodeId: string) => JsonObject | null;
  readonly prepare?: (inputs: JsonObject, rt: NodeRuntime, nodeId: string) => JsonObject | null;
}

export interface CodeNodeText {
  readonly source: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * The syntax tree of an expression, written down in the order of its evaluation: each part is worked out on a stack of
 * values, so that a long expression needs no deep recursion.
 */
export interface ExpressionProgram {
  readonly parts: readonly ExpressionPart[];
  /** The names that it reads, those of its own functions left out. */
  readonly names: readonly string[];
}

export interface ExpressionToken {
  readonly kind: 'number' | 'string' | 'name' | 'mark' | 'end';
  readonly text: string;
  readonly at: number;
}

export type ExpressionPart =
  | { readonly op: 'value'; readonly value: Json }
  | { readonly op: 'name'; readonly name: string }
  | { readonly op: 'unary' | 'binary'; readonly operator: string }
  | { readonly op: 'member'; readonly key: string }
  | { readonly op: 'index' }
  | { readonly op: 'list'; readonly count: number }
  | { readonly op: 'object'; readonly keys: readonly string[] }
  | { readonly op: 'call'; readonly name: string; readonly count: number }
  /** `filter` and the like: the list (and the start value of `reduce`) are on the stack. */
  | {
      readonly op: 'each';
      readonly name: string;
      readonly parameters: readonly string[];
      readonly body: readonly ExpressionPart[];
    }
  | { readonly op: 'jump'; readonly to: number }
  /** Jumps and keeps the value if it is true, false, or not null; `jump-false` takes it off. */
  | {
      readonly op: 'keep-true' | 'keep-false' | 'keep-present' | 'jump-false';
      readonly to: number;
    };

export type RegexRanges = readonly (readonly [low: number, high: number])[];

export type RegexTree =
  | { readonly kind: 'set'; readonly ranges: RegexRanges; readonly isNegated: boolean }
  | { readonly kind: 'any' }
  | { readonly kind: 'assert'; readonly what: 'start' | 'end' | 'word' | 'no-word' }
  | { readonly kind: 'group'; readonly number: number; readonly inner: RegexTree }
  | { readonly kind: 'all' | 'either'; readonly items: readonly RegexTree[] }
  | {
      readonly kind: 'repeat';
      readonly inner: RegexTree;
      readonly least: number;
      readonly most: number;
      readonly isLazy: boolean;
    };

/** A regular expression as steps of a machine that follows all ways side by side. */
export interface RegexProgram {
  readonly parts: readonly RegexPart[];
  /** How many groups there are, the whole match among them. */
  readonly groups: number;
  readonly names: readonly (readonly [name: string, group: number])[];
}

export type RegexPart =
  | {
      readonly op: 'set';
      readonly ranges: RegexRanges;
      readonly isNegated: boolean;
    }
  | { readonly op: 'any' | 'match' }
  | { readonly op: 'assert'; readonly what: 'start' | 'end' | 'word' | 'no-word' }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'jump'; readonly to: number }
  /** Two ways, the preferred one first. */
  | { readonly op: 'fork'; readonly first: number; readonly second: number };

/** Helpers shared by all runs of a VM. */
export interface GuestLibrary {
  /** Indirect `eval`, set by the prelude's own text; only for the sources of Code nodes and for `packages`. */
  readonly evaluate: (text: string) => unknown;
  /** Libraries as text, to be evaluated where they are needed. */
  readonly packages: { readonly jsYaml: string };
  readonly nodes: { readonly [type: string]: GuestNode };
  /** Prototype of every run's `rt`. */
  readonly methods: GuestRuntime;
  isForbidden: (key: string) => boolean;
  isPromise: <T>(value: T | Promise<T>) => value is Promise<T>;
  own: (value: Json, key: string) => Json | undefined;
  /** Defines a property, whatever its name and whatever is frozen above it. */
  put: (target: object, key: string, value: unknown) => void;
  clone: (value: unknown) => Json;
  typeName: (value: unknown) => string;
  error: (type: string, message: string, nodeId: string, code?: string) => GuestError;
  /** Any thrown value as a plain error of node `nodeId`, unless it names one itself. */
  asError: (thrown: unknown, nodeId: string) => GuestError;
  equal: (a: Json, b: Json) => boolean;
  bounded: <T extends string | readonly Json[]>(value: T, nodeId: string) => T;
  roomFor: (length: number, nodeId: string) => void;
  finite: (value: number, nodeId: string) => number;
  compare: (a: Json, b: Json) => number;
  identity: (value: Json) => string;
  compileRegex: (
    parsed: {
      readonly tree: RegexTree;
      readonly groups: number;
      readonly names: RegexProgram['names'];
    },
    fail: (problem: string) => Error,
  ) => RegexProgram;
  parseRegex: (pattern: string, nodeId: string) => RegexProgram;
  regex: (pattern: string, flags: string, nodeId: string) => RegexMatcher;
  query: (values: JsonObject) => string;
  percentEncode: (text: string) => string;
  percentDecode: (text: string, nodeId: string) => string;
  base64Encode: (text: string) => string;
  base64Decode: (text: string, nodeId: string) => string;
  parseCsv: (text: string, delimiter: string, nodeId: string) => string[][];
  stringifyCsv: (rows: readonly (readonly Json[])[], delimiter: string, nodeId: string) => string;
  parseXml: (text: string, nodeId: string) => Json;
  parseYaml: (text: string, nodeId: string) => Json;
  /** `offset` in minutes east of UTC. */
  formatDate: (time: number, format: string, offset: number, isUtc: boolean) => string;
  parseDate: (text: string, format: string, nodeId: string) => string;
  lexExpression: (text: string, fail: (message: string, at: number) => Error) => ExpressionToken[];
  /** Throws an error that says where the text is no expression. */
  parseExpression: (text: string, nodeId: string) => ExpressionProgram;
  evaluateExpression: (
    program: ExpressionProgram,
    names: JsonObject,
    rt: NodeRuntime,
    nodeId: string,
  ) => Json;
  readPath: (value: Json, path: string) => Json | undefined;
  writePath: (target: Json, path: string, value: Json, nodeId: string) => Json;
  text: (value: Json) => string;
  /** The value as `type`, by the table of B.2. Throws an error that names node, pin, expected and actual type. */
  coerce: (type: PinType, value: Json, nodeId: string, pin: string) => Json;
  /** The value as `type`; undefined where it cannot be converted. */
  tryCoerce: (type: PinType, value: Json) => Json | undefined;
  /** What a value is, for messages: its type, and a short text itself. */
  describe: (value: Json) => string;
  /** Half away from zero, by decimal digits. */
  round: (value: number, decimals: number, nodeId: string) => number;
  format: (
    template: string,
    values: Json,
    nodeId: string,
    warn: (message: string) => void,
  ) => string;
  compileCode: (code: CodeNodeText, nodeId: string) => (...inputs: Json[]) => unknown;
}

/** One run's `rt`: state, and what generated code and node implementations call. */
export interface GuestRuntime extends NodeRuntime {
  host: GuestHost;
  request: GuestRequest;
  /** Outputs of each impure node's last firing. */
  outputs: Map<string, JsonObject>;
  variables: Map<string, { type: PinType; value: Json }>;
  firings: Map<string, number>;
  warned: Set<string>;
  output: Json;
  responded: boolean;
  outputIsFinal: boolean;
  traced: boolean;
  depth: number;
  effects: number;
  firedCount: number;
  firedMore: number;

  key(nodeId: string): string;
  countEffect(nodeId: string): void;
  tellOmitted(): void;
  note(key: string, nodeId: string, type: string, output: Json, inputs: Json): void;
  keepOutputs(nodeId: string, type: string, outputs: Json): void;

  trace(): void;
  declare(variables: readonly (readonly [string, PinType, Json])[]): void;
  to(type: PinType, value: Json, nodeId: string, pin: string): Json;
  oneOf(allowed: readonly string[], value: Json, nodeId: string, pin: string): string;
  out(nodeId: string, pin: string): Json;
  pin(outputs: Json, pin: string): Json;
  keep(pull: Map<string, Json>, nodeId: string, value: Json): Json;
  pure(nodeId: string, type: string, inputs: JsonObject): Json;
  start(nodeId: string, type: string): void;
  fired(nodeId: string, type: string, outputs?: JsonObject | null, inputs?: JsonObject): void;
  act(nodeId: string, type: string, inputs: JsonObject): void;
  step(nodeId: string, type: string, inputs: JsonObject): Promise<void>;
  code(nodeId: string, code: CodeNodeText, inputs: JsonObject): Promise<void>;
  pureCode(nodeId: string, code: CodeNodeText, inputs: JsonObject): Promise<Json>;

  run(first: Flow): Flow | Promise<Flow>;
  inOrder(chains: readonly Chain[]): Flow | Promise<Flow>;
  each(nodeId: string, items: Json, body: Flow): Promise<void>;
  range(nodeId: string, start: number, end: number, step: number, body: Flow): Promise<void>;
  while(condition: () => Json | Promise<Json>, body: Flow): Promise<void>;
  attempt(nodeId: string, body: Flow, handler: Flow, cleanup: Flow): Promise<Flow>;
  choose(value: Json, cases: readonly Json[]): number;
  main(entries: ReadonlyMap<string, Chain>): Promise<Json>;
}
