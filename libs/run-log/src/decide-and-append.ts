import { isErrorOfKind } from '@runnel/errors';
import {
  type Actor,
  commitOf,
  foldCommit,
  foldRun,
  type RunEvent,
  type RunState,
} from '@runnel/run-domain';

import { backoffMs, delay } from './backoff';
import type { AppendOptions, RunHistory, RunLog } from './run-log.port';

/** Who asks for what, as the commit will say it. */
export interface CommandFrame {
  readonly commandId: string;
  readonly project: string;
  readonly actor: Actor;
  /** UTC, ISO 8601 with milliseconds. */
  readonly at: string;
}

/** What a run decides: `decide` of run-domain, or several of them. Throws DomainError to refuse. */
export type RunDecision = (state: RunState, history: RunHistory) => readonly RunEvent[];

export interface DecideOptions extends AppendOptions {
  /** The run's whole history, if the caller has just read it; it is read again after a lost race. */
  readonly known?: RunHistory;
  /** Races that may be lost before ConcurrencyError is thrown. Default 20. */
  readonly maxTries?: number;
}

export interface CommandResult {
  readonly state: RunState;
  /** Of the run after the command. */
  readonly revision: number;
  /** What was added; empty when it was so already, or when the command had been handled before. */
  readonly events: readonly RunEvent[];
  /** True when the command id was found in the history. */
  readonly repeated: boolean;
}

const MAX_TRIES = 20;
const BASE_MS = 1;
const MAX_MS = 50;

/**
 * Handles one command of one run: read the history, look for the command id (a repeat adds nothing and
 * succeeds), decide, append; after a lost race, all over again with jitter.
 * @throws what `decide` throws; ConcurrencyError after `maxTries` lost races; UnavailableError
 */
export async function decideAndAppend(
  log: RunLog,
  runId: string,
  decide: RunDecision,
  frame: CommandFrame,
  options: DecideOptions = {},
): Promise<CommandResult> {
  let known = options.known;
  for (let tries = 1; ; tries += 1) {
    const history = known ?? (await log.history(runId));
    try {
      return await decideOnce(log, runId, history, { decide, frame, options });
    } catch (error) {
      const lost = isErrorOfKind(error, 'concurrency');
      if (!lost || tries >= (options.maxTries ?? MAX_TRIES)) throw error;
    }
    known = undefined;
    await delay(backoffMs(tries, BASE_MS, MAX_MS));
  }
}

interface Asked {
  readonly decide: RunDecision;
  readonly frame: CommandFrame;
  readonly options: DecideOptions;
}

async function decideOnce(
  log: RunLog,
  runId: string,
  history: RunHistory,
  { decide, frame, options }: Asked,
): Promise<CommandResult> {
  const { revision } = history;
  const state = foldRun(history.commits.map(({ commit }) => commit));
  const repeated = history.commits.some(({ commit }) => commit.commandId === frame.commandId);
  if (repeated) return { state, revision, events: [], repeated };
  const events = decide(state, history);
  if (events.length === 0) return { state, revision, events, repeated };
  const commit = commitOf({ ...frame, events });
  const { seq } = await log.append(runId, revision, commit, options);
  return { state: foldCommit(state, commit), revision: seq, events, repeated };
}
