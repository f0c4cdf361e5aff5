import type { Actor, Commit, StoredEvent } from './commit';
import type { RunEvent } from './events';
import { SCHEMA_VERSIONS } from './schema-versions';

/** What `commitOf` makes a commit of; `at` is the `now` of the decision. */
export interface Decision {
  readonly commandId: string;
  readonly project: string;
  readonly actor: Actor;
  readonly at: string;
  readonly events: readonly RunEvent[];
}

/** The unit of append for one decision: its events get the ids `<commandId>.<n>` (from 0) and today's schemas. */
export function commitOf({ commandId, project, actor, at, events }: Decision): Commit {
  return {
    commandId,
    project,
    actor,
    at,
    events: events.map((event, n) => stored(event, `${commandId}.${n}`)),
  };
}

function stored(event: RunEvent, id: string): StoredEvent {
  return {
    id,
    type: event.type,
    schema: SCHEMA_VERSIONS[event.type],
    data: event.data,
  } as StoredEvent;
}
