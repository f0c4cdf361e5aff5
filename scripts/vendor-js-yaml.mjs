// `npm run vendor:js-yaml`: writes the js-yaml that is installed as text that the sandbox's VMs can load.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const folder = dirname(require.resolve('js-yaml/package.json'));
const { version } = require('js-yaml/package.json');
const license = readFileSync(join(folder, 'LICENSE'), 'utf8').trim().split('\n');
const source = readFileSync(join(folder, 'dist', 'browser', 'js-yaml.umd.min.js'), 'utf8');
const minified = source.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '').trim();
// The engine keeps a text of ASCII in half the memory. The other characters stand in strings and patterns only.
const text = minified.replace(/[^\x00-\x7f]/g, (char) => {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
});

writeFileSync(
  new URL('../libs/compiler/src/runtime/packages/js-yaml.ts', import.meta.url),
  [
    '/**',
    ` * js-yaml ${version} as text for the VMs, written by \`npm run vendor:js-yaml\`. Its license:`,
    ' *',
    ...license.map((line) => ` * ${line}`.trimEnd()),
    ' */',
    `export const JS_YAML = ${JSON.stringify(text)};`,
    '',
  ].join('\n'),
);
