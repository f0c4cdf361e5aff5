import { commonVariables, databaseVariables } from '@runnel/config';
import { startVariables } from '@runnel/embedded';
import type { z } from 'zod';

import { deploymentsVariables, seedVariables } from '../../apps/deployments/src/config';
import { executorVariables } from '../../apps/executor/src/config';
import { gatewayVariables } from '../../apps/gateway/src/config';
import { metricsVariables } from '../../apps/metrics/src/config';
import { schedulerVariables } from '../../apps/scheduler/src/config';
import { markdownTable } from './markdown-table';
import { variableRow } from './variable-row';

type Variables = Readonly<Record<string, z.core.$ZodType>>;

const SHARED: Variables = { ...commonVariables, ...databaseVariables };

const INTRO = `# Configuration

<!-- Written by \`npm run docs:configuration\` from the schemas in libs/config, libs/embedded and apps/*/src/config.ts: change those. -->

Every service reads its environment once, at start; all problems are printed at once and the process ends with code 78. An empty
variable counts as one that is not set. \`npm start\` sets everything that must be set, and passes on what it is given.

\`RUNNEL_PROFILE=production\` (the image sets it) refuses \`RUNNEL_AUTH=local\`, and a log that could forget an acknowledged event:
\`RUNNEL_NATS_SYNC=interval\` with fewer than three replicas. \`GET /api/system/info\` says what an installation runs with.`;

const DATABASE =
  'These are deployments, scheduler and metrics; their migrations read the address too.';

const STARTER = `\`npm start\` reads these, tells each service no more of them than it needs, and passes every other variable on to all five.
With a NATS of its own it says \`RUNNEL_NATS_SYNC=always\`, because that is how it starts it, and \`RUNNEL_SHARDS=1\` unless you say
another number: one server on one disk syncs once more for every stream more ([ADR 8](adr/0008-one-shard-on-one-machine.md)). A
data folder keeps the number it was made with.`;

const SEED = `\`dist/apps/deployments/src/seed.js\` makes the first user, project and key, and may be run again; \`npm start\` and the compose file do
it. The user and the password belong together, and the key needs them. It reads the variables of the database besides.`;

const SERVICES = {
  gateway: gatewayVariables,
  deployments: deploymentsVariables,
  executor: executorVariables,
  scheduler: schedulerVariables,
  metrics: metricsVariables,
};

/** The whole of docs/configuration.md. Throws when a variable does not say what it is. */
export function configurationDocument(): string {
  const sections = [
    section('Every service', commonVariables),
    section('Services with a database', databaseVariables, DATABASE),
    ...Object.entries(SERVICES).map(([app, { shape }]) => section(`\`${app}\``, ownOf(shape))),
    section('The starter', startVariables.shape, STARTER),
    section('The seed', ownOf(seedVariables.shape), SEED),
  ];
  return `${[INTRO, ...sections].join('\n\n')}\n`;
}

/** Without the variables that have a section for all. */
function ownOf(variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !(name in SHARED)));
}

function section(title: string, variables: Variables, text?: string): string {
  const rows = Object.entries(variables).map(([name, schema]) => {
    const row = variableRow(name, schema);
    return [row.name, row.default, row.accepts, row.meaning];
  });
  const table = markdownTable(['variable', 'default', 'accepts', 'meaning'], rows);
  return [`## ${title}`, ...(text === undefined ? [] : [text]), table].join('\n\n');
}
