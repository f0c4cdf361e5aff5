import type { RunEventType } from '../events';

/** Turns one event's data into its next schema. Pure; gets and gives plain JSON. */
export type Upcast = (data: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** Per event type: element n-1 leads from schema n to n+1. */
export type UpcastChains = { readonly [T in RunEventType]?: readonly Upcast[] };

/** The chains of production; each entry is a file `upcast/<type>.<n>-to-<n+1>.ts`, and stays for ever. */
export const UPCASTS: UpcastChains = {};

/** Today's data of an event stored as `schema`. Undefined where the chain has a gap. */
export function upcast(
  chains: UpcastChains,
  type: RunEventType,
  { schema, data }: { readonly schema: number; readonly data: Readonly<Record<string, unknown>> },
  current: number,
): Readonly<Record<string, unknown>> | undefined {
  let upcasted: Readonly<Record<string, unknown>> | undefined = data;
  for (let from = schema; from < current && upcasted !== undefined; from += 1) {
    upcasted = chains[type]?.[from - 1]?.(upcasted);
  }
  return upcasted;
}
