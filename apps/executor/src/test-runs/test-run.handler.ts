import { createHash } from 'node:crypto';

import { readsEnvironment, RUNTIME_PRELUDE } from '@runnel/compiler';
import type { LogLineView, RequestOf, ResponseOf } from '@runnel/messaging';
import { Redactor } from '@runnel/redaction';
import type { Json } from '@runnel/run-domain';
import type { GuestNotes, SandboxPool, SandboxResult } from '@runnel/sandbox';
import { newId } from '@runnel/ids';

import type { Effects } from '../effects/effects.port';
import { RedactedEffects } from '../effects/redacted-effects';
import type { RunEnvironments } from '../environments/environments.port';
import { redactCall, redactResult } from '../environments/redact-guest';

type Request = RequestOf<'svc.executor.test-run'>;
type Response = ResponseOf<'svc.executor.test-run'>;

/**
 * Runs a compiled pattern once for the editor (contracts/automation.md D.21): in the same sandbox, with the
 * same effects, but nothing is recorded and nobody can resume it.
 */
export class TestRunHandler {
  constructor(
    private readonly sandbox: SandboxPool,
    private readonly effects: Effects,
    private readonly environments: RunEnvironments,
  ) {}

  async handle({ project, code, eventData, timeoutMs }: Request): Promise<Response> {
    const runId = newId('run');
    const lines: LogLineView[] = [];
    const abort = new AbortController();
    const { request, redactor } = await this.environmentOf(project, code);
    const effects = new RedactedEffects(this.effects, redactor);
    const ended = this.sandbox.run(
      {
        id: runId,
        project,
        programId: `test-${createHash('sha256').update(code).digest('hex')}`,
        program: () => Promise.resolve({ prelude: RUNTIME_PRELUDE, code }),
        request: {
          trigger: { nodeId: '' },
          event: eventData,
          ...request,
          traced: false,
          limits: { maxLogLines: 1_000, maxLogBytes: 262_144, maxSteps: 10_000 },
        },
        journal: {},
        logLinesSeen: 0,
        limits: { wallMs: timeoutMs },
        endsWithinMs: timeoutMs, // somebody waits for the answer
        signal: abort.signal,
      },
      {
        step: async (call): Promise<Json> => {
          const { key, nodeId, nodeType, input, notes } = redactCall(redactor, call);
          collect(lines, notes);
          if (nodeType === 'RespondToWebhook') return null;
          return effects.perform({
            runId,
            project,
            key,
            nodeId,
            nodeType,
            input,
            signal: abort.signal,
          });
        },
      },
    );
    // A call that is still open when the program has ended, however it did, would outlive it.
    const told = redactResult(redactor, await ended.finally(() => abort.abort()));
    collect(lines, told.notes);
    return toResponse(told, lines);
  }

  /** A test run is of no deployment: it reads the project's default environment. */
  private async environmentOf(project: string, code: string) {
    const found = readsEnvironment(code) ? await this.environments.load(project, {}) : undefined;
    const secrets = Object.entries(found?.secrets ?? {}).map(
      ([name, { value }]) => [name, value] as const,
    );
    return {
      request: { env: found?.variables ?? {}, secrets: Object.fromEntries(secrets) },
      redactor: new Redactor(secrets.map(([, value]) => value)),
    };
  }
}

function collect(lines: LogLineView[], notes: GuestNotes): void {
  for (const { level, message, nodeId, at } of notes.logs) {
    lines.push({ level, message, timestamp: at, ...(nodeId !== undefined && { nodeId }) });
  }
}

function toResponse(result: SandboxResult, logs: readonly LogLineView[]): Response {
  switch (result.status) {
    case 'completed':
      return { status: 'completed', output: result.output, logs };
    case 'failed':
      return { status: 'failed', output: null, error: result.error, logs };
    case 'timed_out':
    case 'suspended':
      return { status: 'timeout', output: null, logs };
  }
}
