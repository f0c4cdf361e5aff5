import { changesAll, readChange } from './definition-changes';

const notice = {
  project: 'prj_1',
  deploymentIds: ['dep_1'],
  webhookIds: ['whk_1', 'whk_2'],
  apiKeyHashes: [],
};

describe(readChange, () => {
  it('reads a notice, bare or in an envelope', () => {
    expect(readChange(JSON.stringify(notice))).toEqual(notice);
    expect(readChange(JSON.stringify({ pattern: 'x', data: notice }))).toEqual(notice);
  });

  it('takes what is left out for nothing', () => {
    expect(readChange('{"project":"prj_1","webhookIds":[1,"whk_1"]}')).toEqual({
      project: 'prj_1',
      deploymentIds: [],
      webhookIds: ['whk_1'],
      apiKeyHashes: [],
    });
  });

  it.each(['', 'null', '[]', '{}', '{"project":7}', 'not json'])('refuses %j', (text) => {
    expect(readChange(text)).toBeUndefined();
  });
});

describe(changesAll, () => {
  it('holds for a notice that names nothing in particular', () => {
    expect(changesAll(notice)).toBe(false);
    expect(changesAll({ ...notice, deploymentIds: [], webhookIds: [] })).toBe(true);
  });
});
