import { randomBytes } from 'node:crypto';
import { accessSync, chmodSync, constants, mkdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

import { type DebianProgram, defaultCacheFolder, fetchDebianProgram } from '@runnel/embedded';

/** A program that only tests need: on PATH, or else taken out of a Debian package. */
export interface DebianTool extends DebianProgram {
  readonly name: string;
}

/**
 * The path of the tool: from PATH, from the cache, or fetched into the cache.
 * @throws Error that says which command installs it
 */
export async function findDebianTool(tool: DebianTool): Promise<string> {
  const installed = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, tool.name))
    .find(isExecutable);
  if (installed !== undefined) return installed;
  const folder = cacheFolder();
  const program = join(folder, tool.name);
  if (!isExecutable(program)) await fetchTool(tool, program);
  return program;
}

async function fetchTool(tool: DebianTool, program: string): Promise<void> {
  const draft = `${program}.${randomBytes(6).toString('hex')}`;
  try {
    await fetchDebianProgram(tool, draft);
    chmodSync(draft, 0o755);
    renameSync(draft, program);
  } catch (cause) {
    throw new Error(
      `${tool.name} is needed to check the packages and could not be fetched: run \`apt-get install ${tool.package}\` ` +
        `(Debian ${tool.suite}) or put it on PATH`,
      { cause },
    );
  } finally {
    rmSync(draft, { force: true });
  }
}

function cacheFolder(): string {
  const wanted = process.env['RUNNEL_CACHE_DIR'] ?? defaultCacheFolder();
  for (const folder of [wanted, resolve('.runnel', 'bin')]) {
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
      return folder;
    } catch {
      continue;
    }
  }
  throw new Error('no folder for downloaded tools can be written: set RUNNEL_CACHE_DIR to one');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
