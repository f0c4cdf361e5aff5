import { InvalidInputError } from '@runnel/errors';

/**
 * Every stream, subject and bucket name of the log is built here and nowhere else (STYLE 5).
 */

const RUN_ID = /^[\w-]{1,64}$/;

/** Name of the stream that holds a shard. */
export function streamName(shard: number): string {
  return `RUNS_${shard}`;
}

/** Subjects of a shard's stream: events and output. */
export function streamSubjects(shard: number): string[] {
  return [eventFilter(shard), `out.${shard}.*`];
}

/** Filter for the events of a shard, without its output. */
export function eventFilter(shard: number): string {
  return `run.${shard}.*`;
}

/** Subject of a run's events. Throws InvalidInputError INVALID_RUN_ID if the id could not be one token. */
export function runSubject(shard: number, runId: string): string {
  assertRunId(runId);
  return `run.${shard}.${runId}`;
}

/** Subject of a run's output. Throws InvalidInputError INVALID_RUN_ID if the id could not be one token. */
export function outputSubject(shard: number, runId: string): string {
  assertRunId(runId);
  return `out.${shard}.${runId}`;
}

/** The run id and kind of entry that a stored message's subject names; undefined for a foreign subject. */
export function parseSubject(
  subject: string,
): { readonly kind: 'commit' | 'output'; readonly runId: string } | undefined {
  const dot = subject.indexOf('.', 4);
  if (dot < 0) return undefined;
  const runId = subject.slice(dot + 1);
  if (subject.startsWith('run.')) return { kind: 'commit', runId };
  return subject.startsWith('out.') ? { kind: 'output', runId } : undefined;
}

function assertRunId(runId: string): void {
  if (!RUN_ID.test(runId)) {
    throw new InvalidInputError(
      'INVALID_RUN_ID',
      'a run id holds 1 to 64 letters, digits, _ or -, e.g. run_01jzk5m8v2f3qtc6x9w4d7yhna',
    );
  }
}

/** The dispatch queue's stream. */
export const WORK_STREAM = 'WORK';

/** Everything on the dispatch queue. */
export const WORK_SUBJECTS = 'work.>';

/** Subject of one queue of one kind of work; each part must be one token. */
export function workSubject(kind: string, queue: string): string {
  if (!RUN_ID.test(kind) || !RUN_ID.test(queue)) {
    throw new InvalidInputError(
      'INVALID_QUEUE',
      'a queue name holds 1 to 64 letters, digits, _ or -, e.g. default',
    );
  }
  return `work.${kind}.${queue}`;
}

/** All queues of one kind of work. */
export function workFilter(kind: string): string {
  return `work.${kind}.>`;
}

/** Durable consumer of one kind of work: `executor-graphs` takes `work.graph.>`. */
export function workConsumer(kind: string): string {
  return `executor-${kind}s`;
}

/** Object store bucket of payloads that are too large for an event. */
export const PAYLOAD_BUCKET = 'payloads';

/** The bucket's stream and subjects, by the object store convention (ADR-20 of NATS). */
export const PAYLOAD_STREAM = 'OBJ_payloads';
export const PAYLOAD_SUBJECTS = ['$O.payloads.C.>', '$O.payloads.M.>'];

/** Stream of the key-value bucket of idempotency keys; the names follow the key-value convention (ADR-8 of NATS). */
export const IDEMPOTENCY_STREAM = 'KV_idempotency';

/** Every key of the bucket. */
export const IDEMPOTENCY_SUBJECTS = '$KV.idempotency.>';

/** Subject of one key, by its hash. */
export function idempotencySubject(hash: string): string {
  return `$KV.idempotency.${hash}`;
}
