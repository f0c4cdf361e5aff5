import { type OutputLine, type RunEvent, type RunStatus, statusFor } from '@runnel/run-domain';

import { errorOf, timeOf } from '../feed/event-details';
import type { Dialect, RunRef } from '../feed/frame';

/**
 * `GET /api/ws` (contracts/pipelines.md F.1, Decisions 2): what pipelines call the same events, with `seq` to
 * resume after. An event alone decides its frame, so that a reader may begin anywhere.
 */
export const SOCKET_DIALECT: Dialect = {
  endsWithRun: false,
  encode: (item, run) =>
    item.kind === 'line' ? ofLine(item.line, run) : ofEvent(item.event, item.at, run),
  frame: (id, payload) => JSON.stringify({ ...payload, seq: id }),
};

function ofLine(line: OutputLine, run: RunRef): object {
  return {
    type: 'log',
    run_id: run.id,
    pipeline_id: run.definitionId,
    node_id: line.nodeId,
    level: line.level,
    message: line.message,
    timestamp: line.at,
  };
}

function ofEvent(event: RunEvent, at: string, run: RunRef): object | undefined {
  const facts = factsOf(event);
  if (!facts) return undefined;
  return { ...facts, run_id: run.id, pipeline_id: run.definitionId, timestamp: timeOf(event, at) };
}

function factsOf(event: RunEvent): object | undefined {
  switch (event.type) {
    case 'AttemptStarted':
      return { type: 'run.started' };
    case 'StepCompleted':
      // A recorded time, random number or id is no node's work.
      if (event.data.effect === 'value') return undefined;
      return {
        type: 'node.completed',
        node_id: event.data.nodeId,
        duration_ms: event.data.durationMs,
      };
    case 'StepFailed':
      return { type: 'node.failed', node_id: event.data.nodeId, error: event.data.error.message };
    case 'RunCanceled':
      return ended('canceled', event.data.reason);
    case 'RunOverridden':
      return event.data.to === 'queued' ? undefined : ended(event.data.to, event.data.reason);
    default: {
      const status = ENDS[event.type];
      return status && ended(status, errorOf(event));
    }
  }
}

const ENDS: Partial<Record<RunEvent['type'], RunStatus>> = {
  RunCompleted: 'completed',
  RunFailed: 'failed',
  RunTimedOut: 'timed_out',
  RunCrashed: 'crashed',
  RunSystemFailed: 'system_failed',
  RunExpired: 'expired',
  RunDeadLettered: 'dead_letter',
};

function ended(to: RunStatus, error: string | undefined): object {
  const status = statusFor('pipelines', to);
  return to === 'completed'
    ? { type: 'run.completed', status }
    : { type: 'run.failed', status, error };
}
