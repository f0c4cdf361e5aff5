import { listNodeDefinitions } from './node-definition';
import { NODE_LIBRARY } from './node-library';

describe(listNodeDefinitions, () => {
  it('shows a node as the API documents it', () => {
    expect(listNodeDefinitions({ search: 'calls a url' })).toEqual([
      {
        id: 'HttpRequest',
        label: 'HTTP Request',
        category: 'HTTP',
        description: 'Calls a URL.',
        isPure: false,
        inputs: expect.arrayContaining([
          { name: 'exec', type: 'exec', label: 'Exec' },
          { name: 'url', type: 'string', label: 'URL', required: true },
        ]) as unknown,
        outputs: expect.arrayContaining([
          { name: 'responseHeaders', type: 'object', label: 'Response Headers' },
        ]) as unknown,
      },
    ]);
  });

  it('lists everything without a filter', () => {
    expect(listNodeDefinitions()).toHaveLength(NODE_LIBRARY.length);
  });

  it('filters by category and by words, whatever their case', () => {
    const ids = (filter: object) => listNodeDefinitions(filter).map((node) => node.id);
    expect(ids({ category: 'http' })).toEqual([
      'HttpRequest',
      'RespondToWebhook',
      'ParseResponse',
      'BuildUrl',
      'BuildHeaders',
      'FormData',
    ]);
    expect(ids({ search: 'LOOP' })).toEqual(['Break', 'Continue']);
    expect(ids({ category: 'Math', search: 'loop' })).toEqual([]);
    expect(ids({ category: '__proto__' })).toEqual([]);
  });
});
