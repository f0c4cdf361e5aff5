import { z } from 'zod';

/** What the documentation says of one environment variable, in Markdown. */
export interface VariableRow {
  readonly name: string;
  readonly default: string;
  readonly accepts: string;
  readonly meaning: string;
}

/**
 * Reads off a variable's schema what it does when unset, what it takes, and its `describe()` text.
 * @throws Error when the schema does not tell what it means or takes
 */
export function variableRow(name: string, schema: z.core.$ZodType): VariableRow {
  const { description } = metaOf(schema);
  if (description === undefined)
    throw new Error(`${name} does not say what it means: describe() it`);
  const accepts = acceptedBy(schema);
  if (accepts === undefined)
    throw new Error(`${name} does not say what it accepts: meta({ accepts })`);
  return { name: code(name), default: defaultOf(schema), accepts, meaning: description };
}

function defaultOf(schema: z.core.$ZodType): string {
  const parsed = z.safeParse(schema, undefined);
  if (!parsed.success) return 'must be set';
  const value: unknown = parsed.data;
  if (value === undefined) return metaOf(schema).unset ?? 'not set';
  if (value === '') return 'empty';
  if (typeof value === 'boolean') return code(value ? 'on' : 'off');
  if (typeof value === 'string' || typeof value === 'number') return code(String(value));
  return '***'; // a secret; there is none with a default, and there will be none in print
}

/** What is said outermost wins; below it, what an optional, defaulted or transformed schema is made of. */
function acceptedBy(schema: z.core.$ZodType): string | undefined {
  const { accepts } = metaOf(schema);
  if (accepts !== undefined) return accepts;
  if (schema instanceof z.ZodEnum)
    return schema.options.map((option) => code(String(option))).join(', ');
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return acceptedBy(schema.def.innerType);
  }
  if (schema instanceof z.ZodPipe) return acceptedBy(schema.def.in);
  return undefined;
}

function metaOf(schema: z.core.$ZodType): z.GlobalMeta {
  return z.globalRegistry.get(schema) ?? {};
}

function code(text: string): string {
  return `\`${text}\``;
}
