import { Injectable } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import { newId } from '@runnel/ids';

import { Clock } from '../../clock/clock';
import type { CompiledPattern } from '../../compiling/compile-pattern';
import { type DeployablePattern, DeployablePatterns } from '../../patterns/deployable-patterns';
import { configured, deployed, deploymentNotFound } from '../domain/deployment';
import type { RunSettings } from '../domain/run-settings';
import { LiveDeployments } from '../live-deployments';
import { type DeploymentDetails, DeploymentStore } from './deployment-store.port';
import { type PatternVersion, VersionStore } from './version-store.port';

interface ReleaseOptions {
  /** The deployment keeps the one that it has when none is named. */
  readonly environmentId?: string | undefined;
  readonly settings?: Partial<RunSettings>;
}

/** Writes what a deploy changes, inside the caller's transaction. */
@Injectable()
export class ReleaseWriter {
  constructor(
    private readonly patterns: DeployablePatterns,
    private readonly versions: VersionStore,
    private readonly deployments: DeploymentStore,
    private readonly presence: LiveDeployments,
    private readonly clock: Clock,
  ) {}

  /** The deployment as it is now, and everything a webhook of it may be cached by. */
  async write(
    identity: Identity,
    pattern: DeployablePattern,
    program: CompiledPattern,
    { environmentId, settings = {} }: ReleaseOptions = {},
  ): Promise<{ deployment: DeploymentDetails; webhookIds: readonly string[] }> {
    const { project } = identity;
    const now = this.clock.now();
    const version = newVersion(identity, pattern, program, now);
    await this.versions.add(version);
    await this.patterns.setVersionNumber(pattern.id, version.versionNumber);
    const before = await this.deployments.lockOfPattern(pattern.id);
    const birth = { id: newId('deployment'), project, patternId: pattern.id };
    const release = deployed(before, birth, version.id, now, environmentId);
    const after = configured(release, settings, now);
    await this.deployments.save(after);
    const deployment = await this.deployments.find(project, after.id);
    if (!deployment) throw deploymentNotFound();
    const { webhookIds } = await this.presence.ofPattern(pattern.id);
    return { deployment, webhookIds };
  }
}

function newVersion(
  identity: Identity,
  pattern: DeployablePattern,
  { code, triggers, webhookNodes }: CompiledPattern,
  now: Date,
): PatternVersion {
  return {
    id: newId('patternVersion'),
    patternId: pattern.id,
    project: identity.project,
    versionNumber: pattern.versionNumber + 1,
    graphData: pattern.graphData,
    code,
    triggers,
    webhookNodes,
    createdAt: now,
    createdBy: identity.id,
  };
}
