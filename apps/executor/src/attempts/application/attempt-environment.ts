import type { Clock } from '@runnel/clock';
import type { RunEnvironment } from '@runnel/messaging';
import { NO_REDACTION, Redactor } from '@runnel/redaction';
import type { Journal, Json, RunCommand } from '@runnel/run-domain';
import type { PayloadStore } from '@runnel/run-log';

import type { RunEnvironments } from '../../environments/environments.port';
import type { TakenRun } from './attempt-commits';

type Step = Extract<RunCommand, { type: 'RecordSteps' }>['steps'][number];

/** What one attempt knows of its environment. */
export interface AttemptEnvironment {
  readonly request: {
    readonly env?: Readonly<Record<string, string>>;
    readonly secrets?: Readonly<Record<string, string>>;
  };
  readonly redactor: Redactor;
  /** What the journal must hold so that a later attempt sees the same; empty when it does already. */
  readonly steps: readonly Step[];
}

/** What the journal says of an environment: variables as they were, of secrets only which version was read. */
interface Recorded {
  readonly environmentId: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

export interface EnvironmentParts {
  readonly environments: RunEnvironments;
  readonly payloads: PayloadStore;
  readonly clock: Clock;
}

/** No node's key ends like this: theirs end in `:<firing>`. */
const KEY = '$environment#';

export const NO_ENVIRONMENT: AttemptEnvironment = {
  request: {},
  redactor: NO_REDACTION,
  steps: [],
};

/**
 * The environment of an attempt (docs/adr/0013): variables as the run's first attempt found them, secrets as they are
 * now. Undefined when the environment is gone. Throws UnavailableError.
 */
export async function openEnvironment(
  run: TakenRun & { readonly journal: Journal },
  parts: EnvironmentParts,
): Promise<AttemptEnvironment | undefined> {
  const recorded = await readRecords(run.journal, parts.payloads);
  const [first, last] = [recorded[0], recorded.at(-1)];
  const { deploymentId } = run.state.request;
  const found = await parts.environments.load(run.project, {
    ...(deploymentId !== undefined && { deploymentId }),
    ...(first !== undefined && { environmentId: first.environmentId }),
  });
  if (found === undefined) return undefined;
  const versions = versionsOf(found);
  const variables = first?.variables ?? found.variables;
  const isRecorded = last !== undefined && isSame(versions, last.secrets);
  const secrets = Object.entries(found.secrets).map(([name, { value }]) => [name, value] as const);
  const note: Recorded = { environmentId: found.environmentId, variables, secrets: versions };
  return {
    request: { env: variables, secrets: Object.fromEntries(secrets) },
    redactor: new Redactor(secrets.map(([, value]) => value)),
    steps: isRecorded ? [] : [await stepOf(note, recorded.length, run, parts)],
  };
}

async function readRecords(
  { values }: Journal,
  payloads: PayloadStore,
): Promise<readonly Recorded[]> {
  const records: Recorded[] = [];
  for (;;) {
    const payload = values[`${KEY}${records.length}`];
    if (payload === undefined) return records;
    records.push((await payloads.get(payload)) as unknown as Recorded);
  }
}

async function stepOf(
  note: Recorded,
  index: number,
  { project, runId, state }: TakenRun,
  { payloads, clock }: EnvironmentParts,
): Promise<Step> {
  const output = await payloads.put(note as unknown as Json, { project, runId });
  return {
    type: 'StepCompleted',
    data: {
      attempt: state.attempt,
      key: `${KEY}${index}`,
      nodeId: '$environment',
      nodeType: 'environment',
      effect: 'value',
      output,
      startedAt: clock.iso(),
      durationMs: 0,
    },
  };
}

function versionsOf({ secrets }: RunEnvironment): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).map(([name, { version }]) => [name, version]));
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && a[name] === b[name])
  );
}
