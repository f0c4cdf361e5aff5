import { z } from 'zod';

/** `{success, data}` (contracts/automation.md A.2). */
export interface Envelope<T> {
  readonly success: true;
  readonly data: T;
}

export const success = <T>(data: T): Envelope<T> => ({ success: true, data });

/** `{success, data, timestamp}`, of the authentication endpoints. */
export interface TimedEnvelope<T> extends Envelope<T> {
  readonly timestamp: string;
}

/** `{success, data, meta}` with pages from 1. */
export interface PageEnvelope<T> extends Envelope<readonly T[]> {
  readonly meta: {
    readonly page: number;
    readonly limit: number;
    readonly total: number;
    readonly totalPages: number;
  };
}

/** One page of a list. `totalPages` is 0 when there is nothing. */
export function page<T>(
  items: readonly T[],
  { page: number, limit }: { readonly page: number; readonly limit: number },
  total: number,
): PageEnvelope<T> {
  return {
    success: true,
    data: items,
    meta: { page: number, limit, total, totalPages: Math.ceil(total / limit) },
  };
}

/** For the OpenAPI document. */
export const successSchema = <S extends z.ZodType>(data: S) =>
  z.object({ success: z.literal(true), data });

export const pageSchema = <S extends z.ZodType>(item: S) =>
  z.object({
    success: z.literal(true),
    data: z.array(item),
    meta: z.object({
      page: z.int(),
      limit: z.int(),
      total: z.int(),
      totalPages: z.int(),
    }),
  });
