import type { OutputLine, StoredEvent } from '@runnel/run-domain';

import { detailsOf, errorOf, timeOf } from '../feed/event-details';
import type { FeedItem } from '../feed/feed-items';
import type { Dialect, RunRef } from '../feed/frame';

/**
 * `GET /v1/runs/:id/stream` (contracts/jobs.md E.1, E.4): `status_change` for every transition, `event` for
 * every other event and for output. Each frame has an id to resume after.
 */
export const SSE_DIALECT: Dialect = {
  endsWithRun: true,
  encode: (item, run) => (item.kind === 'line' ? ofLine(item.line, run) : ofEvent(item, run)),
  frame: (id, payload) => `id: ${id}\ndata: ${JSON.stringify(payload)}\n\n`,
};

function ofEvent(item: Extract<FeedItem, { kind: 'event' }>, run: RunRef): object {
  const { event, change, at } = item;
  const timestamp = timeOf(event, at);
  if (!change) return plainEvent(event, run, timestamp);
  return {
    type: 'status_change',
    run_id: run.id,
    project_id: run.project,
    from: change.from === 'absent' ? null : change.from,
    to: change.to,
    error: errorOf(event),
    data: detailsOf(event),
    timestamp,
  };
}

function plainEvent(event: StoredEvent, run: RunRef, timestamp: string): object {
  const error = errorOf(event);
  return {
    type: 'event',
    event_type: snakeCase(event.type),
    run_id: run.id,
    level: error === undefined ? 'info' : 'error',
    message: error ?? '',
    data: detailsOf(event),
    timestamp,
  };
}

function ofLine(line: OutputLine, run: RunRef): object {
  return {
    type: 'event',
    event_type: line.kind,
    run_id: run.id,
    level: line.level,
    message: line.message,
    data: { n: line.n, node_id: line.nodeId, node_name: line.nodeName },
    timestamp: line.at,
  };
}

function snakeCase(name: string): string {
  return name.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase();
}
