import type { Command } from '@runnel/auth';
import type { z } from 'zod';

/** Who may call a route. A route that says nothing is closed to everybody. */
export type Access =
  | { readonly kind: 'public' }
  /** Anybody with a valid credential, whatever it permits. */
  | { readonly kind: 'login' }
  | { readonly kind: 'permission'; readonly command: Command };

/** How a door writes errors: contracts/automation.md A.3 (`flat`, `nested`), contracts/jobs.md A.8 (`jobs`). */
export type ErrorShape = 'flat' | 'nested' | 'jobs';

/** Which counter of contracts/automation.md A.6 a route uses; by default reads and writes, by method. */
export type LimitName =
  'webhook' | 'login' | 'refresh' | 'read' | 'write' | 'execute' | 'transpile' | 'unlimited';

/** What a route takes and gives. The request is validated by it, the OpenAPI document is made of it. */
export interface Operation {
  readonly summary: string;
  readonly tag: string;
  readonly errors: ErrorShape;
  readonly limit?: LimitName;
  /** Status of success; 200 unless given. */
  readonly status?: number;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly response?: z.ZodType;
  /** Bytes of the body at most; 1 MiB unless given. */
  readonly bodyLimit?: number;
}

/** Everything that a route says of itself; kept in Fastify's route config. */
export interface RouteDeclaration {
  readonly access?: Access;
  readonly operation?: Operation;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteDeclaration['access'];
    operation?: RouteDeclaration['operation'];
  }
}

/** Keeps the exact type of an operation, so that `InputOf` knows what its schemas give. */
export function operation<const O extends Operation>(declared: O): O {
  return declared;
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

/** The validated request of an operation. */
export interface InputOf<O extends Operation> {
  readonly params: Parsed<O['params']>;
  readonly query: Parsed<O['query']>;
  readonly body: Parsed<O['body']>;
}
