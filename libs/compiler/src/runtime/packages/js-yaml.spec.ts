import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { JS_YAML } from './js-yaml';

describe('js-yaml as text', () => {
  it('is the one that package.json names', () => {
    const folder = dirname(require.resolve('js-yaml/package.json'));
    const source = readFileSync(join(folder, 'dist', 'browser', 'js-yaml.umd.min.js'), 'utf8');
    const text = JS_YAML.replace(/(?<!\\)\\u([0-9a-f]{4})/g, (escape, code: string) => {
      const char = String.fromCharCode(Number.parseInt(code, 16));
      return char > '\x7f' && source.includes(char) ? char : escape;
    });
    if (!source.startsWith(text)) throw new Error('stale: run `npm run vendor:js-yaml`');
    expect(JS_YAML.length).toBeGreaterThan(10_000);
  });
});
