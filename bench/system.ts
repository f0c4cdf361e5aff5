import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { System } from '@runnel/embedded';

/** A durable Runnel of its own for one benchmark: fsync on, rate limits off. */
export async function startBenchSystem(
  env: Readonly<Record<string, string>> = {},
): Promise<{ system: System; stop: () => Promise<void> }> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'runnel-bench-'));
  const system = new System({
    root: process.cwd(),
    dataFolder,
    port: 0,
    env: { ...inherited(), RUNNEL_RATE_LIMITS: 'off', RUNNEL_LOG_LEVEL: 'warn', ...env },
    restart: false,
    durable: true,
    natsFsync: true,
    report: () => undefined,
  });
  await system.start();
  return {
    system,
    stop: async () => {
      await system.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    ['PATH', 'HOME', 'LANG', 'NODE_OPTIONS'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
