import { findNode, NODE_LIBRARY } from './node-library';
import { CATEGORIES, isPure } from './node-spec';
import type { NodeSpec } from './node-spec';
import type { PinSpec } from './pin';

/** The pins of contracts/automation.md F: `name type`, `*` required, `=` default; x stands for exec. */
const PINS: Readonly<Record<string, string>> = {
  OnStart: ' -> exec x, eventData object',
  OnSchedule: ' -> exec x, timestamp datetime',
  OnWebhook: ' -> exec x, body object, headers object, query object, method string, url string',
  Branch: 'exec x, condition boolean* -> true x, false x',
  Switch: 'exec x, value any* -> case0 x, case1 x, case2 x, default x',
  Sequence: 'exec x -> then0 x, then1 x',
  ForEach: 'exec x, collection array* -> body x, completed x, item any, index integer',
  ForRange:
    'exec x, start integer=0, end integer*, step integer=1 -> body x, completed x, index integer',
  While: 'exec x, condition boolean* -> body x, completed x',
  Break: 'exec x -> ',
  Continue: 'exec x -> ',
  TryCatch: 'exec x -> try x, catch x, finally x, error object',
  ThrowError: 'exec x, message string*, type string="Error" -> ',
  Delay: 'exec x, seconds float=1 -> exec x',
  RespondWith: 'exec x, value any -> ',
  HttpRequest:
    'exec x, url string*, method enum="GET", headers object={}, body any, timeout float=30 -> ' +
    'exec x, response object, status integer, responseHeaders object, responseBody string',
  RespondToWebhook: 'exec x, statusCode integer=200, headers object={}, body string="" -> exec x',
  GetVariable: 'name string* -> value any',
  SetVariable: 'exec x, name string*, value any -> exec x',
  GetEnvironment: 'name string* -> value string',
  GetSecret: 'name string* -> value string',
  Add: 'a float, b float -> result float',
  Subtract: 'a float, b float -> result float',
  Multiply: 'a float, b float -> result float',
  Divide: 'a float, b float -> result float',
  Random: 'min float=0, max float=1 -> result float',
  Equal: 'a any, b any -> result boolean',
  NotEqual: 'a any, b any -> result boolean',
  GreaterThan: 'a float, b float -> result boolean',
  LessThan: 'a float, b float -> result boolean',
  GreaterOrEqual: 'a float, b float -> result boolean',
  LessOrEqual: 'a float, b float -> result boolean',
  IsNull: 'value any -> result boolean',
  And: 'a boolean, b boolean -> result boolean',
  Or: 'a boolean, b boolean -> result boolean',
  Not: 'value boolean -> result boolean',
  Select: 'condition boolean, ifTrue any, ifFalse any -> result any',
  Coalesce: 'a any, b any -> result any',
  Concat: 'a string, b string -> result string',
  Split: 'value string, separator string -> result array',
  Format: 'template string*, values object={} -> result string',
  ArrayLength: 'array array -> length integer',
  GetElement: 'array array, index integer -> element any',
  GetProperty: 'object any*, key string*, default any -> value any',
  SetProperty: 'object object={}, key string*, value any -> object object',
  ParseJson: 'text string* -> value any',
  StringifyJson: 'value any, indent integer=0 -> text string',
  Now: ' -> value datetime',
  Log: 'exec x, message string*, level enum="info" -> exec x',
  Uuid: ' -> value string',
  Code: 'exec x -> exec x',
  Comment: ' -> ',
  String: ' -> value string=""',
  Integer: ' -> value integer=0',
  Float: ' -> value float=0',
  Boolean: ' -> value boolean=true',
  Null: ' -> value null=null',
  Array: ' -> value array=[]',
  Object: ' -> value object={}',
  ParseResponse: 'response any*, format enum="json" -> data any',
  BuildUrl: 'base string*, path string="", query object={} -> url string',
  BuildHeaders:
    'headers object={}, contentType string="", accept string="", bearerToken string="" -> headers object',
  FormData: 'fields object={} -> body string',
  IncrementVariable: 'exec x, name string*, amount float=1 -> exec x, newValue float',
  AppendToArray: 'exec x, name string*, item any -> exec x',
  AppendToString: 'exec x, name string*, text string -> exec x',
  Modulo: 'a float, b float -> result float',
  Power: 'base float, exponent float -> result float',
  AbsoluteValue: 'value float -> result float',
  Sign: 'value float -> result float',
  SquareRoot: 'value float -> result float',
  Logarithm: 'value float, base float=2.718281828459045 -> result float',
  Round: 'value float*, decimals integer=0 -> result float',
  Floor: 'value float -> result float',
  Ceiling: 'value float -> result float',
  Truncate: 'value float -> result float',
  Min: 'a float, b float -> result float',
  Max: 'a float, b float -> result float',
  Clamp: 'value float, min float, max float -> result float',
  Lerp: 'a float, b float, alpha float -> result float',
  MapRange:
    'value float, inMin float=0, inMax float=1, outMin float=0, outMax float=1 -> result float',
  Sine: 'value float -> result float',
  Cosine: 'value float -> result float',
  Tangent: 'value float -> result float',
  InRange: 'value float, min float, max float -> result boolean',
  IsType: 'value any, type enum="string" -> result boolean',
  IsEmpty: 'value any -> result boolean',
  StringLength: 'value string -> length integer',
  Substring: 'value string, start integer=0, length integer=-1 -> result string',
  Contains: 'value string, search string -> result boolean',
  StartsWith: 'value string, search string -> result boolean',
  EndsWith: 'value string, search string -> result boolean',
  IndexOf: 'value string, search string -> index integer',
  Join: 'array array, separator string=", " -> result string',
  Replace: 'value string, search string, replacement string -> result string',
  ToUpper: 'value string -> result string',
  ToLower: 'value string -> result string',
  Trim: 'value string -> result string',
  PadStart: 'value string, length integer, pad string=" " -> result string',
  RegexTest: 'value string, pattern string*, flags string="" -> result boolean',
  RegexMatch: 'value string, pattern string*, flags string="", all boolean=false -> matches array',
  RegexReplace:
    'value string, pattern string*, replacement string="", flags string="" -> result string',
  Push: 'array array, item any -> result array',
  Slice: 'array array, start integer=0, end any=null -> result array',
  ConcatArrays: 'a array, b array -> result array',
  Reverse: 'array array -> result array',
  Unique: 'array array -> result array',
  Flatten: 'array array, depth integer=1 -> result array',
  Includes: 'array array, item any -> result boolean',
  Sort: 'array array, key string="", descending boolean=false -> result array',
  GroupBy: 'array array, key string* -> result object',
  Filter: 'array array, expression string* -> result array',
  Map: 'array array, expression string* -> result array',
  Find: 'array array, expression string* -> element any',
  Reduce: 'array array, expression string*, initial any -> result any',
  Merge: 'a object, b object -> result object',
  Keys: 'object object -> keys array',
  Values: 'object object -> values array',
  HasKey: 'object object, key string* -> result boolean',
  DeleteKey: 'object object, key string* -> object object',
  Pick: 'object object, keys array -> result object',
  Omit: 'object object, keys array -> result object',
  ParseCsv: 'text string, delimiter string=",", header boolean=true -> rows array',
  StringifyCsv:
    'rows array, delimiter string=",", header boolean=true, safe boolean=false -> text string',
  Base64Encode: 'text string -> result string',
  Base64Decode: 'text string -> result string',
  UrlEncode: 'text string -> result string',
  UrlDecode: 'text string -> result string',
  ParseXml: 'text string* -> value any',
  ParseYaml: 'text string* -> value any',
  FormatDate: 'value datetime*, format string="ISO", timezone string="UTC" -> text string',
  AddTime: 'value datetime*, amount float, unit enum="seconds" -> result datetime',
  ParseDate: 'text string*, format string="ISO" -> value datetime',
  DateDiff: 'a datetime*, b datetime*, unit enum="seconds" -> result float',
  Expression: 'a any, b any -> result any',
  TypeOf: 'value any -> type string',
  ToString: 'value any -> text string',
  ToNumber: 'value any -> number float',
  Hash: 'text string*, algorithm enum="sha256", encoding enum="hex" -> hash string',
  Hmac: 'text string*, key string*, algorithm enum="sha256", encoding enum="hex" -> hash string',
  DateTime: ' -> value datetime="1970-01-01T00:00:00.000Z"',
};

function shown(spec: NodeSpec): string {
  return `${spec.inputs.map(pinText).join(', ')} -> ${spec.outputs.map(pinText).join(', ')}`;
}

function pinText(pin: PinSpec): string {
  const initial = pin.default === undefined ? '' : `=${JSON.stringify(pin.default)}`;
  const type = pin.type === 'exec' ? 'x' : pin.type;
  return `${pin.name} ${type}${pin.required === true ? '*' : ''}${initial}`;
}

describe('NODE_LIBRARY', () => {
  it('declares each node type once, with the pins of the contract', () => {
    expect(Object.fromEntries(NODE_LIBRARY.map((spec) => [spec.id, shown(spec)]))).toEqual(PINS);
    expect(NODE_LIBRARY).toHaveLength(Object.keys(PINS).length);
  });

  it('lists the nodes category by category', () => {
    const order = NODE_LIBRARY.map((spec) => CATEGORIES.indexOf(spec.category));
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('gives execution pins to impure nodes only', () => {
    for (const spec of NODE_LIBRARY) {
      const hasExec = [...spec.inputs, ...spec.outputs].some((pin) => pin.type === 'exec');
      expect([spec.id, hasExec]).toEqual([spec.id, !isPure(spec)]);
    }
  });

  it('marks what reads the clock or reaches outside', () => {
    const withEffect = (effect: string) =>
      NODE_LIBRARY.filter((spec) => spec.effect === effect).map((spec) => spec.id);
    expect(withEffect('value')).toEqual(['Random', 'Now', 'Uuid', 'Expression']);
    expect(withEffect('outside')).toEqual(['Delay', 'HttpRequest', 'RespondToWebhook']);
  });

  it('finds nodes by their exact id only', () => {
    expect(findNode('Add')?.label).toBe('Add');
    expect(findNode('add')).toBeUndefined();
    expect(findNode('constructor')).toBeUndefined();
  });
});

describe('dynamic pins', () => {
  const pinsOf = (id: string, properties: Record<string, never> | object) => {
    const pins = findNode(id)?.pinsFor?.(properties as Record<string, never>);
    return { inputs: pins?.inputs.map(pinText), outputs: pins?.outputs.map(pinText) };
  };

  it('gives a Switch one output per case', () => {
    expect(pinsOf('Switch', { cases: ['a', 2, { value: true }] }).outputs).toEqual([
      'case0 x',
      'case1 x',
      'case2 x',
      'default x',
    ]);
    expect(pinsOf('Switch', { cases: 'a' }).outputs).toEqual(['default x']);
  });

  it('gives a Sequence as many outputs as anybody wires', () => {
    expect(pinsOf('Sequence', {}).outputs).toHaveLength(100);
  });

  it('gives a Code node the pins it declares, in either form', () => {
    const properties = { inputs: ['a', { name: 'b', type: 'number' }], outputs: ['sum'] };
    expect(pinsOf('Code', properties)).toEqual({
      inputs: ['exec x', 'a any=null', 'b float=null'],
      outputs: ['exec x', 'sum any=null'],
    });
  });

  it('gives Respond With its declared outputs, or one named value', () => {
    const outputs = [{ name: 'total', type: 'integer' }];
    expect(pinsOf('RespondWith', { outputs }).inputs).toEqual(['exec x', 'total integer=null']);
    expect(pinsOf('RespondWith', {}).inputs).toEqual(['exec x', 'value any']);
  });

  it('leaves out pins with names that reach into the object model', () => {
    const names = ['__proto__', 'constructor', 'prototype', 'exec', '', 'ok', 'ok'];
    expect(pinsOf('Code', { outputs: names }).outputs).toEqual(['exec x', 'ok any=null']);
  });
});

describe('propertyProblems', () => {
  const problems = (id: string, properties: object) =>
    findNode(id)?.propertyProblems?.(properties as Record<string, never>);

  it.each([
    ['Switch', { cases: 'a' }, 'Cases must be a list'],
    ['Switch', { cases: [{}] }, 'Each case must be a text, a number, a boolean or null'],
    ['Switch', { cases: Array(101).fill(1) }, 'At most 100 cases are allowed'],
    [
      'OnWebhook',
      { responseMode: 'later' },
      'Response mode must be immediate, lastNode or responseNode',
    ],
    ['Code', {}, 'Source must be a text'],
    ['Code', { source: 'x'.repeat(65_537) }, 'Source must have at most 65536 characters'],
    ['Code', { source: '', inputs: 'a' }, 'Pins must be a list'],
    ['Code', { source: '', inputs: [1] }, 'Pin must have a name'],
    ['Code', { source: '', inputs: ['exec'] }, "Pin must not be named 'exec'"],
    ['Code', { source: '', inputs: ['a', 'a'] }, "Pin 'a' is declared twice"],
    ['Code', { source: '', inputs: ['a-b'] }, "Input 'a-b' cannot be a JavaScript variable"],
    ['Code', { source: '', inputs: ['await'] }, "Input 'await' cannot be a JavaScript variable"],
    ['Code', { source: '', inputs: ['eval'] }, "Input 'eval' cannot be a JavaScript variable"],
    [
      'Code',
      { source: '', inputs: ['a){evil('] },
      "Input 'a){evil(' cannot be a JavaScript variable",
    ],
    ['Code', { source: '', outputs: ['__proto__'] }, "Pin must not be '__proto__'"],
    ['RespondWith', { outputs: [{ name: 'a', type: 'exec' }] }, "Pin 'a' has an unknown type"],
  ])('refuses %s %j', (id, properties, message) => {
    expect(problems(id, properties)).toEqual([message]);
  });

  it.each([
    ['Switch', {}],
    ['Switch', { cases: ['a', 1, null, { value: 'b' }] }],
    ['OnWebhook', { responseMode: 'Last Node' }],
    ['OnWebhook', {}],
    ['Code', { source: 'return { $a }', inputs: ['$a', '_b1'], outputs: ['any name at all'] }],
  ])('accepts %s %j', (id, properties) => {
    expect(problems(id, properties)).toEqual([]);
  });
});
