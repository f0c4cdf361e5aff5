import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from '@runnel/testing';

import { findNatsProgram, isNewEnough, type ProgramSource } from './nats-program';

/** Writes a program that says it is that version of nats-server. */
function writeProgram(path: string, version: string): void {
  writeFileSync(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  chmodSync(path, 0o755);
}

function source(name: string, version: string | Error, asked: string[]): ProgramSource {
  return {
    name,
    fetch: async (target) => {
      asked.push(name);
      if (version instanceof Error) throw version;
      writeProgram(target, version);
    },
  };
}

describe(findNatsProgram, () => {
  const folder = temporaryFolder('finder');
  let fresh = 0;

  afterAll(() => folder.remove());

  function setUp() {
    const base = join(folder.path, String((fresh += 1)));
    const places = { path: join(base, 'path'), cache: join(base, 'cache') };
    mkdirSync(places.path, { recursive: true });
    const asked: string[] = [];
    const find = (sources: readonly ProgramSource[], signal?: AbortSignal) =>
      findNatsProgram({
        path: places.path,
        cacheFolder: places.cache,
        fallbackFolder: join(base, 'fallback'),
        report: () => undefined,
        sources,
        ...(signal ? { signal } : {}),
      });
    return { base, places, asked, find };
  }

  it('takes the one on PATH when it is new enough', async () => {
    const { places, asked, find } = setUp();
    writeProgram(join(places.path, 'nats-server'), '2.10.0');
    await expect(find([source('net', '2.12.0', asked)])).resolves.toBe(
      join(places.path, 'nats-server'),
    );
    expect(asked).toEqual([]);
  });

  it('passes over an old one on PATH, fetches one, and finds that in the cache the next time', async () => {
    const { places, asked, find } = setUp();
    writeProgram(join(places.path, 'nats-server'), '2.9.10');
    const sources = [source('net', '2.12.0', asked)];
    await expect(find(sources)).resolves.toBe(join(places.cache, 'nats-server'));
    await expect(find(sources)).resolves.toBe(join(places.cache, 'nats-server'));
    expect(asked).toEqual(['net']);
    expect(readdirSync(places.cache)).toEqual(['nats-server']);
  });

  it('goes on to the next source after one that refuses, is too old, or does not run here', async () => {
    const { asked, find } = setUp();
    await find([
      source('refused', new Error('ENOTFOUND'), asked),
      source('old', '2.9.10', asked),
      { name: 'broken', fetch: async (target) => writeFileSync(target, 'not a program') },
      source('good', '2.15.1', asked),
      source('never', '2.15.1', asked),
    ]);
    expect(asked).toEqual(['refused', 'old', 'good']);
  });

  it('uses the fallback folder when the cache cannot be made', async () => {
    const { base, asked } = setUp();
    writeFileSync(join(base, 'file'), '');
    const program = await findNatsProgram({
      path: '',
      cacheFolder: join(base, 'file', 'cache'),
      fallbackFolder: join(base, 'fallback'),
      report: () => undefined,
      sources: [source('net', '2.12.0', asked)],
    });
    expect(program).toBe(join(base, 'fallback', 'nats-server'));
  });

  it('says what to install, and why each source failed, when none has it', async () => {
    const { places, asked, find } = setUp();
    const refused = new TypeError('fetch failed', { cause: new Error('ENOTFOUND example.org') });
    await expect(find([source('net', refused, asked)])).rejects.toThrow(
      'nats-server could not be fetched (net: ENOTFOUND example.org): install nats-server 2.10 or newer ' +
        'so that it is on PATH, or set RUNNEL_NATS_URL to a server that runs.',
    );
    expect(existsSync(join(places.cache, 'nats-server'))).toBe(false);
  });

  it('asks no further source when the start was stopped', async () => {
    const { asked, find } = setUp();
    const halt = new AbortController();
    halt.abort(new Error('stopped'));
    await expect(find([source('net', '2.12.0', asked)], halt.signal)).rejects.toThrow('stopped');
    expect(asked).toEqual([]);
  });
});

describe(isNewEnough, () => {
  it.each([
    ['nats-server: v2.9.25', false],
    ['nats-server: v2.10.0', true],
    ['nats-server: v2.15.1', true],
    ['nats-server: v3.0.0-RC.1', true],
    ['nats-server: v1.99.0', false],
    ['something else', false],
  ])('%s: %s', (version, expected) => {
    expect(isNewEnough(version)).toBe(expected);
  });
});
