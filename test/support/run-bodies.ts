import type { Answer } from './client';

/** A run as the automation door shows it. */
export interface Run {
  readonly id: string;
  readonly deploymentId: string;
  readonly status: string;
  readonly triggeredBy: string;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly durationMs: number | null;
  readonly eventData: unknown;
  readonly logOutput: readonly { readonly level: string; readonly message: string }[];
  readonly errorMessage: string | null;
  readonly attempt: number;
  readonly versionNumber: number;
  readonly retryOf?: string;
  readonly replayOf?: string;
}
/** The answer to a command, or its refusal. */
export interface Body {
  readonly success: boolean;
  readonly code?: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly data: { readonly runId: string; readonly status: string };
}
/** A page of runs. */
export interface List {
  readonly data: readonly Run[];
  readonly meta: { page: number; limit: number; total: number; totalPages: number };
}

/** How an answer refuses, in both places where its code stands. */
export const refusal = ({ status, body }: Answer<Body>): readonly unknown[] => [
  status,
  body.success,
  body.code,
  body.error?.code,
];

/** What `refusal` is to be. */
export const refused = (status: number, code: string): readonly unknown[] => [
  status,
  false,
  code,
  code,
];
