import { z } from 'zod';

const number = (minimum: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(minimum, `must be at least ${minimum}`));

/** A number from a query, at least `minimum`. */
export const numberParam = (minimum: number, fallback: number) => number(minimum).default(fallback);

/** A page size: clamped to 100, which is then what the answer says (contracts/automation.md A.5). */
export const limitParam = (fallback: number) =>
  number(1)
    .transform((limit) => Math.min(limit, 100))
    .default(fallback);

/** `true` or `false`. */
export const flagParam = z.enum(['true', 'false']).transform((text) => text === 'true');

/** A parameter that may be given several times. */
export const listParam = (item: z.ZodType<string>, most: number) =>
  z.union([item.transform((one) => [one]), z.array(item).max(most)]);

/** An id in a path. Whether it exists is for its service to say. */
export const idParam = z.string().min(1).max(200);
