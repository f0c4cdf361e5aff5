/** A page asked for by number, from 1. */
export interface PageRequest {
  readonly page: number;
  /** 1 to 100. */
  readonly limit: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
}

export type Empty = Readonly<Record<string, never>>;
