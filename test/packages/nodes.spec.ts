import { readFileSync } from 'node:fs';

import { NODE_LIBRARY } from '@runnel/definitions';

import { nodesDocument } from '../../tools/docs/nodes';

describe('docs/nodes.md', () => {
  it('says what the declarations say', () => {
    const isCurrent = readFileSync('docs/nodes.md', 'utf8') === nodesDocument();
    if (!isCurrent) throw new Error('docs/nodes.md is stale: run `npm run docs:nodes`');
    for (const { id } of NODE_LIBRARY) expect(nodesDocument()).toContain(`\n### ${id}\n`);
  });
});
