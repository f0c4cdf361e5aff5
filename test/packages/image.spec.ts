import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { temporaryFolder } from '@runnel/testing';

const PROGRAMS = [
  ...['deployments', 'executor', 'gateway', 'metrics', 'scheduler'].map((app) => `${app}/src/main`),
  ...['deployments', 'metrics', 'scheduler'].map((app) => `${app}/src/migrate`),
  'deployments/src/seed',
  'metrics/src/projections',
].map((path) => `dist/apps/${path}.js`);

/** What the build has made, without what the Dockerfile removes. Needs a build, as the tests of processes do. */
describe('the image', () => {
  const image = temporaryFolder('image');

  beforeAll(() => {
    if (!existsSync('dist')) throw new Error('nothing is built: run `npm run build` first');
    cpSync('dist', join(image.path, 'dist'), { recursive: true });
    copyModules();
    const [, removed = ''] = /rm -rf (.+)/.exec(readFileSync('Dockerfile', 'utf8')) ?? [];
    expect(removed).toContain('dist/libs/embedded');
    for (const path of removed.trim().split(/\s+/)) {
      rmSync(join(image.path, path), { recursive: true, force: true });
    }
    mkdirSync(join(image.path, 'scripts'));
    cpSync('scripts/projections.mjs', join(image.path, 'scripts', 'projections.mjs'));
    cpSync('package.json', join(image.path, 'package.json'));
  });

  afterAll(() => image.remove());

  /** Links to the modules that there are, so that one may be removed without touching the checkout's. */
  function copyModules(): void {
    const modules = join(image.path, 'node_modules');
    mkdirSync(modules);
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    for (const name of Object.keys(dependencies)) {
      mkdirSync(join(modules, name, '..'), { recursive: true });
      symlinkSync(resolve('node_modules', name), join(modules, name));
    }
  }

  function run(...args: readonly string[]) {
    return spawnSync(process.execPath, args, {
      cwd: image.path,
      env: { PATH: process.env['PATH'] ?? '' },
      encoding: 'utf8',
      timeout: 60_000,
    });
  }

  it.each(PROGRAMS)('holds all that %s needs to say that it is not configured', (program) => {
    const { stdout, stderr } = run(program);
    expect(stdout + stderr).not.toContain('Cannot find module');
    expect(stdout + stderr).toMatch(/RUNNEL_(DATABASE_URL|NATS_URL|SECRET)/);
  });

  it('holds the command over projections', () => {
    const { stderr } = run('scripts/projections.mjs', 'list');
    expect(stderr).not.toContain('Cannot find module');
    expect(stderr).toContain('RUNNEL_DATABASE_URL');
  });
});
