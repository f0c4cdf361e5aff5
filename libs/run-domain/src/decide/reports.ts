import type { CommandOf } from '../commands';
import type { RunEvent } from '../events';
import { refused } from '../refusals';
import type { ExistingRun } from '../state';
import { checkHolder } from './holder';

/** Entries of metadata one run may carry in all. */
export const MAX_METADATA_ENTRIES = 200;

/** A worker keeps its state, numbered 1, 2, 3 within the run. Throws STALE_ATTEMPT. */
export function saveCheckpoint(command: CommandOf<'SaveCheckpoint'>, run: ExistingRun): RunEvent[] {
  checkHolder(run, command);
  const { source, state } = command;
  return [{ type: 'CheckpointSaved', data: { sequence: run.checkpoints + 1, source, state } }];
}

/** Tokens and cost of one model call. Throws STALE_ATTEMPT. */
export function recordUsage(command: CommandOf<'RecordUsage'>, run: ExistingRun): RunEvent[] {
  checkHolder(run, command);
  const { provider, model, promptTokens, completionTokens, totalTokens, costMicroUsd } = command;
  return [
    {
      type: 'UsageRecorded',
      data: { provider, model, promptTokens, completionTokens, totalTokens, costMicroUsd },
    },
  ];
}

/** One tool call of an agent. Throws STALE_ATTEMPT. */
export function recordToolCall(command: CommandOf<'RecordToolCall'>, run: ExistingRun): RunEvent[] {
  checkHolder(run, command);
  const { toolName, input, output, durationMs, status } = command;
  return [{ type: 'ToolCallRecorded', data: { toolName, input, output, durationMs, status } }];
}

/** A named output of the run. Throws STALE_ATTEMPT. */
export function setOutput(command: CommandOf<'SetOutput'>, run: ExistingRun): RunEvent[] {
  checkHolder(run, command);
  const { key, schema, value } = command;
  return [{ type: 'OutputSet', data: { key, value, ...(schema !== undefined && { schema }) } }];
}

/** An entry of the run's key-value state. Throws STALE_ATTEMPT. */
export function setState(command: CommandOf<'SetState'>, run: ExistingRun): RunEvent[] {
  checkHolder(run, command);
  return [{ type: 'StateSet', data: { key: command.key, value: command.value } }];
}

/** Merges metadata. Nothing to do where it says what is there. Throws METADATA_LIMIT. */
export function annotateRun({ metadata }: CommandOf<'AnnotateRun'>, run: ExistingRun): RunEvent[] {
  const changed = Object.entries(metadata).some(
    ([key, value]) => !Object.hasOwn(run.metadata, key) || run.metadata[key] !== value,
  );
  if (!changed) return [];
  if (Object.keys({ ...run.metadata, ...metadata }).length > MAX_METADATA_ENTRIES) {
    throw refused(
      'METADATA_LIMIT',
      `a run carries at most ${MAX_METADATA_ENTRIES} metadata entries`,
    );
  }
  return [{ type: 'RunAnnotated', data: { metadata } }];
}

/** Sets the debug flag, in any status (contracts/jobs.md B.11). Nothing to do where it is so. */
export function setDebugMode(command: CommandOf<'SetDebugMode'>, run: ExistingRun): RunEvent[] {
  const { debugMode } = command;
  return run.debugMode === debugMode ? [] : [{ type: 'DebugModeSet', data: { debugMode } }];
}
