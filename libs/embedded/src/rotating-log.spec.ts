import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from '@runnel/testing';

import { RotatingLog } from './rotating-log';

describe(RotatingLog, () => {
  const folder = temporaryFolder('log');
  const path = join(folder.path, 'service.log');

  afterAll(() => folder.remove());

  it('appends to what an earlier start has written', () => {
    for (const text of ['first\n', 'second\n']) {
      const log = new RotatingLog(path);
      log.write(Buffer.from(text));
      log.close();
    }
    expect(readFileSync(path, 'utf8')).toBe('first\nsecond\n');
  });

  it('keeps two older files and never more than its bound in one', () => {
    const log = new RotatingLog(path, 100);
    for (let index = 0; index < 50; index += 1) log.write(Buffer.from(`line number ${index}\n`));
    log.close();
    expect(readdirSync(folder.path).sort()).toEqual([
      'service.log',
      'service.log.1',
      'service.log.2',
    ]);
    expect(readFileSync(`${path}.1`).length).toBeLessThan(200);
    const newest = readFileSync(existsSync(path) ? path : `${path}.1`, 'utf8');
    expect(newest + readFileSync(`${path}.1`, 'utf8')).toContain('line number 49');
  });

  it('drops what a process says after the log was closed', () => {
    const log = new RotatingLog(join(folder.path, 'late.log'));
    log.close();
    log.write(Buffer.from('too late'));
    expect(readFileSync(log.path, 'utf8')).toBe('');
  });
});
