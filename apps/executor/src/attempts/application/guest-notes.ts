import type { Json, OutputLine, Payload, RunCommand } from '@runnel/run-domain';
import type { GuestNotes } from '@runnel/sandbox';

type StepCompleted = Extract<
  Extract<RunCommand, { type: 'RecordSteps' }>['steps'][number],
  { type: 'StepCompleted' }
>;

/** Steps without outside effect, as events: they go with the next commit, so a short graph is two commits in all. */
export function stepsOf(notes: GuestNotes, attempt: number): readonly StepCompleted[] {
  const fired = notes.fired.map(({ key, nodeId, nodeType, output, at }) =>
    step({ attempt, key, nodeId, nodeType, effect: 'none', output: inline(output ?? null), at }),
  );
  const values = notes.values.map(({ key, kind, output, at }) =>
    step({
      attempt,
      key,
      nodeId: nodeOf(key),
      nodeType: kind,
      effect: 'value',
      output: inline(output),
      at,
    }),
  );
  return [...values, ...fired];
}

/** Log lines of the program as the run's output. */
export function linesOf(notes: GuestNotes): readonly OutputLine[] {
  return notes.logs.map(({ n, level, message, nodeId, at }) => ({
    n,
    kind: 'log',
    at,
    level,
    message,
    ...(nodeId !== undefined && { nodeId }),
  }));
}

interface StepNote {
  readonly attempt: number;
  readonly key: string;
  readonly nodeId: string;
  readonly nodeType: string;
  readonly effect: 'none' | 'value';
  readonly output: Payload;
  readonly at: string;
}

function step({ at, ...note }: StepNote): StepCompleted {
  return { type: 'StepCompleted', data: { ...note, startedAt: at, durationMs: 0 } };
}

function inline(value: Json): Payload {
  return { inline: value };
}

/** `<nodeId>:<firing>`; a node id may hold colons itself. */
function nodeOf(key: string): string {
  return key.slice(0, Math.max(key.lastIndexOf(':'), 0));
}
