// `npm run vendor:js-yaml`: writes the js-yaml that is installed as text that the sandbox's VMs can load.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const folder = dirname(require.resolve('js-yaml/package.json'));
const { version } = require('js-yaml/package.json');
const license = readFileSync(join(folder, 'LICENSE'), 'utf8').trim().split('\n');
const source = readFileSync(join(folder, 'dist', 'browser', 'js-yaml.umd.min.js'), 'utf8');
const text = source.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '').trim();

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
