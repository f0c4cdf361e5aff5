import { readsEnvironment, RUNTIME_PRELUDE } from '@runnel/compiler';
import type { ServiceClient } from '@runnel/messaging';

import { Programs, type ProgramSource } from '../application/programs.port';

const MAX_PROGRAMS = 500;

interface CachedProgram {
  readonly project: string;
  readonly source: ProgramSource;
}

/** Programs from the deployments service, the 500 last used kept: a version never changes. */
export class CachedPrograms extends Programs {
  private readonly cache = new Map<string, CachedProgram>();
  private readonly loading = new Map<string, Promise<CachedProgram | undefined>>();

  constructor(private readonly client: ServiceClient) {
    super();
  }

  async load(project: string, versionId: string): Promise<ProgramSource | undefined> {
    const known = this.cache.get(versionId) ?? (await this.fetchOnce(versionId));
    if (known?.project !== project) return undefined;
    this.cache.delete(versionId);
    this.cache.set(versionId, known);
    return known.source;
  }

  private fetchOnce(versionId: string): Promise<CachedProgram | undefined> {
    const pending = this.loading.get(versionId);
    if (pending) return pending;
    const fetching = this.fetch(versionId).finally(() => this.loading.delete(versionId));
    this.loading.set(versionId, fetching);
    return fetching;
  }

  private async fetch(versionId: string): Promise<CachedProgram | undefined> {
    const { program } = await this.client.call('svc.deployments.get-program', { versionId });
    if (program === null) return undefined;
    const cached = {
      project: program.project,
      source: {
        prelude: RUNTIME_PRELUDE,
        code: program.code,
        readsEnvironment: readsEnvironment(program.code),
      },
    };
    this.cache.set(versionId, cached);
    const oldest = this.cache.keys().next();
    if (this.cache.size > MAX_PROGRAMS && oldest.done !== true) this.cache.delete(oldest.value);
    return cached;
  }
}
