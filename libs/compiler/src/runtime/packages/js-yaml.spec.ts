import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { JS_YAML } from './js-yaml';

describe('js-yaml as text', () => {
  it('is the one that package.json names', () => {
    const folder = dirname(require.resolve('js-yaml/package.json'));
    const source = readFileSync(join(folder, 'dist', 'browser', 'js-yaml.umd.min.js'), 'utf8');
    if (!source.startsWith(JS_YAML)) throw new Error('stale: run `npm run vendor:js-yaml`');
    expect(JS_YAML.length).toBeGreaterThan(10_000);
  });
});
