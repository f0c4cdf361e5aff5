// `npm test`: everything that CI checks, in order, until something fails. `--only unit,int` runs some of it.
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

import { prepare, root } from './prepare.mjs';
import { giveUp } from './progress.mjs';

const bin = (name, ...args) => [process.execPath, `node_modules/${name}`, ...args];
const jest = (project, ...args) => bin('jest/bin/jest.js', '--selectProjects', project, ...args);

/** The programs are called directly: npm would add half a second to each. */
const STEPS = {
  format: bin('prettier/bin/prettier.cjs', '--check', '.'),
  lint: bin('eslint/bin/eslint.js', '.'),
  deps: bin(
    'dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    'dependency-cruiser.cjs',
    'apps',
    'libs',
  ),
  lock: [process.execPath, 'scripts/check-lock.cjs'],
  types: bin('typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'),
  tools: [process.execPath, 'scripts/fetch-tools.mjs'],
  unit: jest('unit'),
  int: jest('int'),
  packages: jest('packages'),
  e2e: jest('e2e', '--runInBand'),
  fault: jest('fault', '--runInBand'),
};

const chosen = chooseSteps(process.argv.slice(2));
await prepare();
const began = performance.now();
for (const step of chosen) {
  process.stdout.write(`\n── ${step} ──\n`);
  const start = performance.now();
  const code = await run(STEPS[step]);
  if (code !== 0)
    giveUp(`${step} failed after ${seconds(start)}: \`npm test -- --only ${step}\` runs it alone.`);
  process.stdout.write(`── ${step}: passed in ${seconds(start)} ──\n`);
}
process.stdout.write(`\nall of it passed in ${seconds(began)}: ${chosen.join(', ')}\n`);

function chooseSteps([flag, list, ...rest]) {
  const all = Object.keys(STEPS);
  if (flag === undefined) return all;
  const names = list?.split(',') ?? [];
  const unknown = names.filter((name) => !all.includes(name));
  if (flag === '--only' && names.length > 0 && unknown.length === 0 && rest.length === 0) {
    return all.filter((name) => names.includes(name));
  }
  return giveUp(`usage: npm test [-- --only ${all.join(',')}]`, 78);
}

function run([command, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
