import { existsSync } from 'node:fs';

import type { Credentials } from './credentials';
import { runOneShot } from './one-shot';
import type { OwnedProcess } from './owned-process';
import { type App, hasSource, SERVICES_WITH_SCHEMA, serviceScript } from './services';
import { StartError } from './start-error';

interface Preparation {
  readonly root: string;
  readonly credentials: Credentials;
  readonly environmentOf: (app: App) => Readonly<Record<string, string>>;
  readonly logFile: (name: string) => string;
  readonly listenerFor: (name: string) => (process: OwnedProcess | undefined) => void;
  /** Throws when nothing more is to be started. */
  readonly check: () => void;
}

/**
 * Brings every schema to its newest form and makes the first user, project and key. Both may be done again and
 * again. The schemas share nothing, so two run at a time: loading each script takes a core for a second.
 * @throws StartError with the last words of the script that failed
 */
export async function prepareDatabase(preparation: Preparation): Promise<void> {
  const others = SERVICES_WITH_SCHEMA.filter((app) => app !== 'deployments');
  await Promise.all([
    migrateAll(preparation, ['deployments']).then(() => seed(preparation)),
    migrateAll(preparation, others),
  ]);
}

async function migrateAll(preparation: Preparation, apps: readonly App[]): Promise<void> {
  for (const app of apps) await runEntry(preparation, app, 'migrate', {});
}

async function seed(preparation: Preparation): Promise<void> {
  const { email, password, apiKey } = preparation.credentials;
  await runEntry(preparation, 'deployments', 'seed', {
    RUNNEL_ADMIN_EMAIL: email,
    RUNNEL_ADMIN_PASSWORD: password,
    RUNNEL_API_KEY: apiKey,
  });
}

async function runEntry(
  preparation: Preparation,
  app: App,
  entry: 'migrate' | 'seed',
  extra: Readonly<Record<string, string>>,
): Promise<void> {
  preparation.check();
  const script = serviceScript(preparation.root, app, entry);
  if (!existsSync(script)) {
    if (!hasSource(preparation.root, app, entry)) return;
    throw new StartError(`${script} is not there: run \`npm run build\`.`);
  }
  await runOneShot({
    name: entry === 'migrate' ? `migrations of ${app}` : 'creation of the first user',
    script,
    cwd: preparation.root,
    env: { ...preparation.environmentOf(app), ...extra },
    logFile: preparation.logFile(`${app}-${entry}`),
    onChange: preparation.listenerFor(`${app}-${entry}`),
  });
}
