import { isJsonObject } from './json';
import type { Json, JsonObject } from './json';

export type SwitchCase = string | number | boolean | null;

const MAX_CASES = 100;

/** The values of a Switch node's `cases`, each a scalar or `{value: scalar}`; the first 100. */
export function switchCases(properties: JsonObject): readonly SwitchCase[] {
  const cases = properties['cases'];
  if (!Array.isArray(cases)) return [];
  return (cases as readonly Json[]).slice(0, MAX_CASES).map((entry) => caseValue(entry) ?? null);
}

/** What is wrong with a Switch node's `cases`. */
export function switchCaseProblems(properties: JsonObject): readonly string[] {
  const cases = properties['cases'];
  if (cases === undefined || cases === null) return [];
  if (!Array.isArray(cases)) return ['Cases must be a list'];
  if (cases.length > MAX_CASES) return [`At most ${MAX_CASES} cases are allowed`];
  const isWrong = (cases as readonly Json[]).some((entry) => caseValue(entry) === undefined);
  return isWrong ? ['Each case must be a text, a number, a boolean or null'] : [];
}

function caseValue(entry: Json): SwitchCase | undefined {
  const value = isJsonObject(entry) && Object.hasOwn(entry, 'value') ? entry['value'] : entry;
  return typeof value === 'object' && value !== null ? undefined : value;
}
