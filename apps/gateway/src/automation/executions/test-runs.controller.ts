import { randomUUID } from 'node:crypto';

import { Controller, Inject, Post } from '@nestjs/common';
import { type DerivedKeys, type Identity, openSealedCode, sealCode } from '@runnel/auth';
import { Clock } from '@runnel/clock';
import { type ResponseOf, ServiceClient } from '@runnel/messaging';

import { CONFIG, type GatewayConfig } from '../../config';
import { KEYS } from '../../http/access/keys';
import { HttpProblem } from '../../http/errors/problem';
import { Caller, Input, RequiresPermission, Serves } from '../../http/route.decorators';
import type { InputOf } from '../../http/route-declaration';
import { type LogEntryResponse, toTestLogEntry } from './executions.dto';
import { runCode, transpile } from './test-runs.dto';

/** Compiling is bounded by the graph's size; the sandbox by the run's own limit, which is to be heard first. */
const TRANSPILE_TIMEOUT_MS = 15_000;
const GRACE_MS = 3_000;

/** Test runs of the editor (contracts/automation.md D, 20 and 21; Decisions 3). */
@Controller('api/execute')
export class TestRunsController {
  constructor(
    private readonly services: ServiceClient,
    private readonly clock: Clock,
    @Inject(KEYS) private readonly keys: DerivedKeys,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Post('transpile')
  @RequiresPermission('transpile')
  @Serves(transpile)
  async transpile(
    @Caller() identity: Identity,
    @Input() { body }: InputOf<typeof transpile>,
  ): Promise<object> {
    const { graphData, trace, breakpoints, pinnedNodes } = body;
    const { code, warnings } = await this.services.call(
      'svc.deployments.transpile',
      { identity, graphData, trace, breakpoints, pinnedNodes },
      { timeoutMs: TRANSPILE_TIMEOUT_MS },
    );
    const now = new Date(this.clock.now());
    const sealed = sealCode(this.keys.seal, code, identity.project, now);
    return { success: true, code: sealed, runId: randomUUID(), warnings };
  }

  @Post('run')
  @RequiresPermission('test-run')
  @Serves(runCode)
  async run(
    @Caller() { project }: Identity,
    @Input() { body }: InputOf<typeof runCode>,
  ): Promise<object> {
    const now = new Date(this.clock.now());
    const code = openSealedCode(this.keys.seal, body.code, project, now);
    const startedAt = this.clock.iso();
    const timeoutMs = this.config.RUNNEL_TEST_RUN_TIMEOUT_MS;
    const result = await this.services.call(
      'svc.executor.test-run',
      { project, code, eventData: body.eventData ?? null, timeoutMs },
      { timeoutMs: timeoutMs + GRACE_MS },
    );
    return this.answer(result, startedAt);
  }

  private answer(result: ResponseOf<'svc.executor.test-run'>, startedAt: string): object {
    const { status, error, output } = result;
    const started = [info('Execution started', startedAt), ...result.logs.map(toTestLogEntry)];
    if (status === 'timeout') {
      throw new HttpProblem(504, 'EXECUTION_TIMEOUT', 'the execution did not end in time', {
        extra: { data: { status }, logs: started },
      });
    }
    const end = status === 'completed' ? 'Execution completed' : 'Execution failed';
    const logs = [...started, info(end, this.clock.iso())];
    if (!error) return { status, logs, output };
    const { message, type, nodeId } = error;
    return { status, logs, error: { message, type, ...(nodeId !== undefined && { nodeId }) } };
  }
}

function info(message: string, timestamp: string): LogEntryResponse {
  return { level: 'info', message, timestamp };
}
