import type { Json, JsonObject } from '@runnel/definitions';

/** What a node gives for inline inputs; a RegExp for the message of its error. */
export type NodeCase = readonly [
  type: string,
  inputs: JsonObject,
  expected: Json | RegExp,
  properties?: JsonObject,
];
