import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from '@runnel/testing';

import { DataFolderLock } from './data-folder-lock';
import { processIdentity } from './process-identity';

describe(DataFolderLock, () => {
  const folder = temporaryFolder('lock');
  const path = join(folder.path, 'lock');

  afterAll(() => folder.remove());

  it('is refused while a live process holds it, and had again when that has let go', () => {
    const lock = DataFolderLock.take(folder.path);
    expect(() => DataFolderLock.take(folder.path)).toThrow(
      `in use by another start (process ${process.pid})`,
    );
    lock.release();
    lock.release();
    DataFolderLock.take(folder.path).release();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it.each([
    ['of a process that is gone', { pid: 999_999_999, identity: 'boot:1' }],
    [
      'of a process whose number somebody else has now',
      { pid: process.ppid, identity: 'another boot:1' },
    ],
  ])('takes over the lock %s', (_what, holder) => {
    writeFileSync(path, JSON.stringify(holder));
    const lock = DataFolderLock.take(folder.path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      pid: process.pid,
      identity: processIdentity(process.pid),
    });
    lock.release();
  });

  it('takes over a lock file that holds nonsense', () => {
    writeFileSync(path, '{"pid":');
    DataFolderLock.take(folder.path).release();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('does not remove the lock of somebody who has taken it over', () => {
    const lock = DataFolderLock.take(folder.path);
    const other = JSON.stringify({ pid: process.ppid, identity: processIdentity(process.ppid) });
    writeFileSync(path, other);
    lock.release();
    expect(readFileSync(path, 'utf8')).toBe(other);
    writeFileSync(path, '');
  });
});
