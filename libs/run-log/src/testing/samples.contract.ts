import { newId } from '@runnel/ids';
import {
  type Commit,
  commitOf,
  type OutputLine,
  type RunEvent,
  type RunRequested,
} from '@runnel/run-domain';

export const PROJECT = 'prj_01jzk5m8v2f3qtc6x9w4d7yhna';
export const ACTOR = { kind: 'service', id: 'test' } as const;
export const AT = '2026-01-02T03:04:05.678Z';

const REQUEST: RunRequested = {
  kind: 'graph',
  definition: { id: 'pat_1', versionId: 'ver_1', version: 1, name: 'sample' },
  trigger: { type: 'manual' },
  payload: { inline: { hello: 'world' } },
  firstAttempt: 1,
  policy: {
    maxAttempts: 1,
    retry: { strategy: 'fixed', baseMs: 1_000, maxMs: 1_000, jitter: 0 },
    timeout: { ms: 30_000, scope: 'run' },
    maxCrashesWithoutProgress: 3,
  },
  queue: 'default',
  priority: 5,
};

/** The event that begins every run. */
export const requested: RunEvent = { type: 'RunRequested', data: REQUEST };

/** An event that any run takes at any time. */
export function annotated(key: string, value = 'yes'): RunEvent {
  return { type: 'RunAnnotated', data: { metadata: { [key]: value } } };
}

/** A commit with one event; its command id is new unless given. */
export function commit(event: RunEvent = requested, commandId = newId('command')): Commit {
  return commitOf({ commandId, project: PROJECT, actor: ACTOR, at: AT, events: [event] });
}

/** What `decideAndAppend` wants to know of a command. */
export function frame(commandId = newId('command')) {
  return { commandId, project: PROJECT, actor: ACTOR, at: AT };
}

export function outputLine(n: number, message = `line ${n}`): OutputLine {
  return { n, kind: 'log', at: AT, level: 'info', message };
}
