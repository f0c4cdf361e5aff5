import type { Json, JsonObject, NodeRuntime } from '@runnel/definitions';
import type { ExpressionPart, GuestLibrary } from './guest-types';

/** Adds the interpreter of the expression language (B.6) to the library. Runs inside the VM. */
export function installExpression(lib: GuestLibrary): void {
  type Scope = { readonly names: JsonObject; readonly outer: Scope | undefined };
  type Context = { readonly rt: NodeRuntime; readonly nodeId: string };
  type JumpPart = Extract<ExpressionPart, { readonly to: number }>;
  type ValuePart = Exclude<ExpressionPart, JumpPart>;
  type Call = (args: readonly Json[], context: Context) => Json;

  lib.evaluateExpression = (program, names, rt, nodeId) => {
    try {
      return run(program.parts, { names, outer: undefined }, { rt, nodeId });
    } catch (thrown) {
      const known = thrown as { nodeId?: unknown; code?: unknown } | null;
      if (typeof known === 'object' && known !== null && known.code !== undefined) throw thrown;
      const { name, message } = lib.asError(thrown, nodeId);
      throw lib.error(name, message, nodeId, 'EXPRESSION_FAILED');
    }
  };

  function run(parts: readonly ExpressionPart[], scope: Scope, context: Context): Json {
    const stack: Json[] = [];
    for (let at = 0; at < parts.length; at += 1) {
      const part = parts[at];
      if (part === undefined) break;
      if ('to' in part) {
        if (jumps(part.op, stack)) at = part.to - 1;
      } else stack.push(valueOf(part, stack, scope, context));
    }
    return stack.pop() ?? null;
  }

  /** Whether to jump; takes off the stack what is not needed any more. */
  function jumps(op: JumpPart['op'], stack: Json[]): boolean {
    if (op === 'jump') return true;
    const top = stack.pop() ?? null;
    if (op === 'jump-false') return !isTrue(top);
    const isKept = op === 'keep-present' ? top !== null : isTrue(top) === (op === 'keep-true');
    if (isKept) stack.push(top);
    return isKept;
  }

  function valueOf(part: ValuePart, stack: Json[], scope: Scope, context: Context): Json {
    const pop = (): Json => stack.pop() ?? null;
    switch (part.op) {
      case 'value':
        return part.value;
      case 'name':
        return lookUp(part.name, scope, context);
      case 'unary':
        return unary(part.operator, pop(), context);
      case 'binary': {
        const right = pop();
        return binary(part.operator, pop(), right, context);
      }
      case 'member':
        return lib.own(pop(), part.key) ?? null;
      case 'index': {
        const key = pop();
        return element(pop(), key, context);
      }
      case 'list':
        return stack.splice(stack.length - part.count);
      case 'object': {
        const values = stack.splice(stack.length - part.keys.length);
        return Object.fromEntries(part.keys.map((key, i) => [key, values[i] ?? null]));
      }
      case 'call':
        return CALLS.get(part.name)?.(stack.splice(stack.length - part.count), context) ?? null;
      case 'each': {
        const initial = part.name === 'reduce' ? pop() : null;
        return each(part, pop(), initial, scope, context);
      }
    }
  }

  /** null, false, 0, NaN and "" are false. */
  function isTrue(value: Json): boolean {
    return Boolean(value);
  }

  function fail(message: string, { nodeId }: Context, type = 'TypeError') {
    return lib.error(type, message, nodeId, 'EXPRESSION_FAILED');
  }

  function lookUp(name: string, scope: Scope, context: Context): Json {
    for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
      if (Object.hasOwn(at.names, name)) return at.names[name] ?? null;
    }
    throw fail(`Unknown name '${name.slice(0, 100)}' in the expression`, context, 'ReferenceError');
  }

  function element(value: Json, key: Json, context: Context): Json {
    if (typeof key !== 'string' && typeof key !== 'number') {
      const message = `An index must be a text or a number but is ${lib.typeName(key)}`;
      throw fail(message, context);
    }
    const name = String(key);
    if (lib.isForbidden(name)) throw fail(`Property '${name}' cannot be used`, context);
    return lib.own(value, name) ?? null;
  }

  function numberOf(value: Json, what: string, context: Context): number {
    const number = lib.tryCoerce('float', value);
    if (typeof number === 'number') return number;
    throw fail(`${what} expects a number but got ${lib.describe(value)}`, context);
  }

  function unary(operator: string, value: Json, context: Context): Json {
    if (operator === '!') return !isTrue(value);
    const number = numberOf(value, `Operator '${operator}'`, context);
    return operator === '-' ? -number : number;
  }

  function binary(operator: string, a: Json, b: Json, context: Context): Json {
    const { nodeId } = context;
    if (operator === '==') return lib.equal(a, b);
    if (operator === '!=') return !lib.equal(a, b);
    if (operator === '+' && (typeof a === 'string' || typeof b === 'string')) {
      const [left, right] = [lib.text(a), lib.text(b)];
      lib.roomFor(left.length + right.length, nodeId);
      return left + right;
    }
    if (typeof a === 'string' && typeof b === 'string' && '<=>='.includes(operator)) {
      return ordered(operator, lib.compare(a, b));
    }
    const left = numberOf(a, `Operator '${operator}'`, context);
    const right = numberOf(b, `Operator '${operator}'`, context);
    if ('<=>='.includes(operator)) return ordered(operator, left - right);
    return arithmetic(operator, left, right, nodeId);
  }

  function arithmetic(operator: string, a: number, b: number, nodeId: string): number {
    if (b === 0 && (operator === '/' || operator === '%')) {
      throw lib.error('RangeError', 'Division by zero', nodeId, 'DIVISION_BY_ZERO');
    }
    switch (operator) {
      case '+':
        return lib.finite(a + b, nodeId);
      case '-':
        return lib.finite(a - b, nodeId);
      case '*':
        return lib.finite(a * b, nodeId);
      case '/':
        return lib.finite(a / b, nodeId);
      case '%':
        return lib.finite(a % b, nodeId);
      default:
        return lib.finite(a ** b, nodeId);
    }
  }

  function ordered(operator: string, difference: number): boolean {
    switch (operator) {
      case '<':
        return difference < 0;
      case '<=':
        return difference <= 0;
      case '>':
        return difference > 0;
      default:
        return difference >= 0;
    }
  }

  function listOf(value: Json, name: string, context: Context): readonly Json[] {
    if (value === null) return [];
    if (Array.isArray(value)) return value as readonly Json[];
    throw fail(`${name} expects a list but got ${lib.describe(value)}`, context);
  }

  function each(
    part: ExpressionPart & { readonly op: 'each' },
    value: Json,
    initial: Json,
    scope: Scope,
    context: Context,
  ): Json {
    const items = listOf(value, part.name, context);
    const call = (...args: Json[]): Json => {
      const bound = part.parameters.map((name, i) => [name, args[i] ?? null] as const);
      return run(part.body, { names: Object.fromEntries(bound), outer: scope }, context);
    };
    switch (part.name) {
      case 'filter':
        return items.filter((item, i) => isTrue(call(item, i)));
      case 'map':
        return items.map((item, i) => call(item, i));
      case 'find':
        return items.find((item, i) => isTrue(call(item, i))) ?? null;
      default: {
        let acc = initial;
        items.forEach((item, i) => {
          acc = call(acc, item, i);
        });
        return acc;
      }
    }
  }

  const CALLS = new Map<string, Call>([
    ['len', ([value = null], context) => lengthOf(value, context)],
    ['lower', ([value = null]) => lib.text(value).toLowerCase()],
    ['upper', ([value = null], { nodeId }) => lib.bounded(lib.text(value).toUpperCase(), nodeId)],
    ['trim', ([value = null]) => lib.text(value).trim()],
    ['contains', ([value = null, search = null], context) => contains(value, search, context)],
    [
      'split',
      ([value = null, separator = null], { nodeId }) =>
        lib.bounded(lib.text(value).split(lib.text(separator), 1000001), nodeId),
    ],
    ['join', ([value = null, separator = ', '], context) => join(value, separator, context)],
    [
      'round',
      ([value = null, decimals = 0], context) =>
        lib.round(
          numberOf(value, 'round', context),
          Math.trunc(numberOf(decimals, 'round', context)),
          context.nodeId,
        ),
    ],
    ['floor', ([value = null], context) => Math.floor(numberOf(value, 'floor', context))],
    ['ceil', ([value = null], context) => Math.ceil(numberOf(value, 'ceil', context))],
    ['abs', ([value = null], context) => Math.abs(numberOf(value, 'abs', context))],
    ['min', (args, context) => extreme(args, 'min', context)],
    ['max', (args, context) => extreme(args, 'max', context)],
    ['keys', ([value = null], context) => Object.keys(objectOf(value, 'keys', context))],
    ['values', ([value = null], context) => Object.values(objectOf(value, 'values', context))],
    ['now', (_args, { rt, nodeId }) => new Date(rt.value(nodeId, 'now')).toISOString()],
    ['int', ([value = null], context) => converted('integer', value, context)],
    ['float', ([value = null], context) => converted('float', value, context)],
    ['str', ([value = null], { nodeId }) => lib.bounded(lib.text(value), nodeId)],
    ['bool', ([value = null], context) => converted('boolean', value, context)],
    ['json', ([value = null], { nodeId }) => lib.bounded(JSON.stringify(value), nodeId)],
  ]);

  function lengthOf(value: Json, context: Context): number {
    if (value === null) return 0;
    if (typeof value === 'string' || Array.isArray(value)) return value.length;
    return Object.keys(objectOf(value, 'len', context)).length;
  }

  function objectOf(value: Json, name: string, context: Context): JsonObject {
    if (value === null) return {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as JsonObject;
    throw fail(`${name} cannot take ${lib.describe(value)}`, context);
  }

  function contains(value: Json, search: Json, context: Context): boolean {
    if (typeof value === 'string') return value.includes(lib.text(search));
    if (Array.isArray(value)) return value.some((item: Json) => lib.equal(item, search));
    return Object.hasOwn(objectOf(value, 'contains', context), lib.text(search));
  }

  function join(value: Json, separator: Json, context: Context): string {
    const texts = listOf(value, 'join', context).map((item) => lib.text(item));
    const between = lib.text(separator);
    const length = texts.reduce((sum, text) => sum + text.length + between.length, 0);
    lib.roomFor(length, context.nodeId);
    return texts.join(between);
  }

  /** Of the arguments, or of one list; null of an empty one. */
  function extreme(args: readonly Json[], name: 'min' | 'max', context: Context): Json {
    const [first = null] = args;
    const values = args.length === 1 && Array.isArray(first) ? (first as readonly Json[]) : args;
    let found: number | null = null;
    for (const value of values) {
      const number = numberOf(value, name, context);
      if (found === null || (name === 'min' ? number < found : number > found)) found = number;
    }
    return found;
  }

  function converted(type: 'integer' | 'float' | 'boolean', value: Json, context: Context): Json {
    const result = lib.tryCoerce(type, value);
    if (result !== undefined) return result;
    throw fail(`Cannot convert ${lib.describe(value)} to ${type}`, context);
  }
}
