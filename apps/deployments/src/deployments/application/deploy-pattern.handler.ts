import { Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import { type GraphData, parseGraph } from '@runnel/definitions';
import { InvalidInputError } from '@runnel/errors';
import { isId } from '@runnel/ids';
import type { DeploymentView } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { compilePattern, transpileFailed } from '../../compiling/compile-pattern';
import { BindableEnvironments } from '../../environments/bindable-environments';
import { DefinitionNotices } from '../../notices/definition-notices';
import { type DeployablePattern, DeployablePatterns } from '../../patterns/deployable-patterns';
import { Transactions } from '../../storage/transactions';
import { patternNotFound } from '../domain/deployment';
import type { RunSettings } from '../domain/run-settings';
import { toDeploymentView } from './deployment-view';
import { ReleaseWriter } from './release-writer';

/** Makes the saved graph of a pattern live. */
@Injectable()
export class DeployPatternHandler {
  constructor(
    private readonly patterns: DeployablePatterns,
    private readonly environments: BindableEnvironments,
    private readonly release: ReleaseWriter,
    private readonly transactions: Transactions,
    private readonly notices: DefinitionNotices,
    private readonly clock: Clock,
  ) {}

  /**
   * Compiles the saved graph and makes it the live version: snapshot, next version number, same deployment id. A graph
   * that does not compile leaves the live version as it is.
   * @throws DomainError PATTERN_NOT_FOUND, TRANSPILE_FAILED, FORBIDDEN; InvalidInputError VALIDATION
   */
  async handle(
    identity: Identity,
    patternId: string,
    environmentId: string | undefined,
    settings: Partial<RunSettings> = {},
  ): Promise<DeploymentView> {
    assertAllowed(identity, PERMISSIONS['deploy-pattern']);
    const { project } = identity;
    const { deployment, webhookIds } = await this.transactions.inTransaction(async () => {
      // The lock is held while compiling: two deploys at once are two versions, one after the other.
      const pattern = isId('pattern', patternId)
        ? await this.patterns.lockForDeploy(project, patternId)
        : undefined;
      if (!pattern) throw patternNotFound();
      await this.assertEnvironment(project, environmentId);
      const program = compilePattern(graphOf(pattern));
      return this.release.write(identity, pattern, program, { environmentId, settings });
    });
    await this.notices.changed({ project, deploymentIds: [deployment.id], webhookIds });
    return toDeploymentView(deployment, this.clock.now());
  }

  /** Missing, or of another project: the same words for both (contracts/automation.md D.1). */
  private async assertEnvironment(project: string, id: string | undefined): Promise<void> {
    if (id === undefined) return;
    if (isId('environment', id) && (await this.environments.exists(project, id))) return;
    const message = 'environmentId names an environment that does not exist';
    throw new InvalidInputError('VALIDATION', message, { field: 'environmentId' });
  }
}

/** Saved graphs are checked; one that was saved before a rule became stricter is refused here. */
function graphOf(pattern: DeployablePattern): GraphData {
  const parsed = parseGraph(pattern.graphData);
  if (parsed.ok) return parsed.graph;
  const errors = parsed.problems.map(({ path, message }) => ({
    nodeId: '',
    message: `${path} ${message}`.trim(),
    code: 'INVALID_GRAPH',
  }));
  throw transpileFailed(errors);
}
