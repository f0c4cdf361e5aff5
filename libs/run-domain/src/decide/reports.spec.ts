import { at, request, storyTo } from '../../test/fixtures';
import { given } from '../../test/scenario';
import type { RunCommand } from '../commands';
import { RUN_STATUSES } from '../status';
import { MAX_METADATA_ENTRIES } from './reports';

const usage = {
  provider: 'acme',
  model: 'm1',
  promptTokens: 3,
  completionTokens: 4,
  totalTokens: 7,
  costMicroUsd: 12,
};
const toolCall = {
  toolName: 'search',
  input: { inline: 'q' },
  output: { inline: [] },
  durationMs: 5,
  status: 'success',
};
const REPORTS: readonly (readonly [RunCommand, object])[] = [
  [
    { type: 'SaveCheckpoint', now: at(5), source: 'sdk', state: { inline: 1 } },
    { type: 'CheckpointSaved', data: { sequence: 1, source: 'sdk', state: { inline: 1 } } },
  ],
  [
    { type: 'RecordUsage', now: at(5), ...usage },
    { type: 'UsageRecorded', data: usage },
  ],
  [
    { type: 'RecordToolCall', now: at(5), ...toolCall },
    { type: 'ToolCallRecorded', data: toolCall },
  ],
  [
    {
      type: 'SetOutput',
      now: at(5),
      key: 'report',
      schema: { type: 'string' },
      value: { inline: 'x' },
    },
    {
      type: 'OutputSet',
      data: { key: 'report', schema: { type: 'string' }, value: { inline: 'x' } },
    },
  ],
  [
    { type: 'SetState', now: at(5), key: 'cursor', value: { inline: 9 } },
    { type: 'StateSet', data: { key: 'cursor', value: { inline: 9 } } },
  ],
];

describe.each(REPORTS.map(([command, event]) => [command.type, command, event] as const))(
  '%s',
  (_type, command, event) => {
    it.each([['executing'], ['waiting']] as const)('is told of a run that is %s', (status) => {
      const before = given(...storyTo(status));
      expect(before.when(command)).toEqual([event]);
      expect(before.and(command).run.status).toBe(status);
    });

    it('is refused from an attempt that does not hold the run', () => {
      const stale = { ...command, attempt: 2 } as RunCommand;
      expect(given(...storyTo('executing')).refusal(stale).code).toBe('STALE_ATTEMPT');
      expect(given(...storyTo('paused')).refusal(command).code).toBe('STALE_ATTEMPT');
    });

    it('is refused once the run has ended', () => {
      expect(given(...storyTo('completed')).refusal(command).code).toBe('RUN_TERMINAL');
    });
  },
);

describe('SaveCheckpoint', () => {
  it('numbers checkpoints from one', () => {
    const save: RunCommand = {
      type: 'SaveCheckpoint',
      now: at(5),
      source: 'sdk',
      state: { inline: 1 },
    };
    const twice = given(...storyTo('executing'), save, save);
    expect(twice.events.slice(-2).map(({ data }) => data)).toMatchObject([
      { sequence: 1 },
      { sequence: 2 },
    ]);
    expect(twice.run.checkpoints).toBe(2);
  });
});

describe('AnnotateRun', () => {
  const annotate = (metadata: Record<string, string>): RunCommand => ({
    type: 'AnnotateRun',
    now: at(5),
    metadata,
  });

  it('merges into what the run was asked with', () => {
    const { run } = given(request({ metadata: { a: '1', b: '1' } }), annotate({ b: '2', c: '3' }));
    expect(run.metadata).toEqual({ a: '1', b: '2', c: '3' });
  });

  it('adds nothing when all of it is so already', () => {
    expect(given(request({ metadata: { a: '1' } })).when(annotate({ a: '1' }))).toEqual([]);
  });

  it('keeps a key named like a prototype apart from the prototype', () => {
    const hostile = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>;
    const { run } = given(request(), annotate(hostile));
    expect(Object.getPrototypeOf(run.metadata)).toBe(Object.prototype);
    expect(Object.entries(run.metadata)).toEqual(Object.entries(hostile));
  });

  it('refuses more entries than a run may carry', () => {
    const many = Object.fromEntries(
      Array.from({ length: MAX_METADATA_ENTRIES }, (_, n) => [`k${n}`, '']),
    );
    const full = given(request(), annotate(many));
    expect(full.refusal(annotate({ more: '' })).code).toBe('METADATA_LIMIT');
    expect(full.when(annotate({ k0: 'changed' }))).toHaveLength(1);
  });

  it('refuses a run that has ended', () => {
    expect(given(...storyTo('completed')).refusal(annotate({ a: '1' })).code).toBe('RUN_TERMINAL');
  });
});

describe('SetDebugMode', () => {
  const debug = (debugMode: boolean): RunCommand => ({
    type: 'SetDebugMode',
    now: at(500),
    debugMode,
  });

  it.each(RUN_STATUSES)('can be set on a run that is %s', (status) => {
    expect(given(...storyTo(status), debug(true)).run).toMatchObject({ status, debugMode: true });
  });

  it('adds nothing where it is so', () => {
    expect(given(request()).when(debug(false))).toEqual([]);
  });
});
