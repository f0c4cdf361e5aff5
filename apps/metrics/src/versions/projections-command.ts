import { setTimeout as delay } from 'node:timers/promises';

import { InvalidInputError } from '@runnel/errors';
import type { ProjectionCatalog, VersionView } from '@runnel/projection';

const USAGE = `usage: npm run projections -- <command>
  list                        versions of all projections, and how far each has come
  rebuild <name> [--no-switch]  build a new version from the log beside the one that serves, then switch to it
  switch <name> <version>     let another version serve
  rollback <name>             let the version serve that did before the last switch
  drop <name> <version>       remove a version that does not serve, with its tables`;

/** Entries by which a version may be behind and still count as caught up: both move on meanwhile. */
const CAUGHT_UP = 500;
const POLL_MS = 500;
/** Without progress for so long nobody seems to build. */
const STALLED_MS = 15_000;

interface Terminal {
  readonly say: (line: string) => void;
  /** Shows a line that the next one replaces. */
  readonly progress: (line: string) => void;
}

/** The operator's command over versions of projections. Throws AppErrors whose messages say what to do. */
export class ProjectionsCommand {
  constructor(
    private readonly catalog: ProjectionCatalog,
    private readonly terminal: Terminal,
  ) {}

  async run([command, name = '', ...rest]: readonly string[]): Promise<void> {
    switch (command) {
      case 'list':
        return this.list();
      case 'rebuild':
        return this.rebuild(name, !rest.includes('--no-switch'));
      case 'switch':
        return this.switchTo(name, numberOf(rest[0]));
      case 'rollback':
        return this.rollback(name);
      case 'drop': {
        const version = numberOf(rest[0]);
        await this.catalog.drop(name, version);
        return this.terminal.say(`${name} v${version} is removed`);
      }
      default:
        throw usage();
    }
  }

  private async list(): Promise<void> {
    for (const view of await this.catalog.list()) {
      const role = view.active ? 'serves' : view.state;
      this.terminal.say(`${view.name} v${view.version}  ${role.padEnd(8)}  ${share(view)}`);
    }
  }

  private async rebuild(name: string, switches: boolean): Promise<void> {
    const version = await this.catalog.rebuild(name);
    this.terminal.say(`building ${name} v${version}; leaving this command does not stop it`);
    await this.untilCaughtUp(name, version);
    if (switches) return this.switchTo(name, version);
    this.terminal.say(`${name} v${version} has caught up; switch ${name} ${version} lets it serve`);
  }

  private async switchTo(name: string, version: number): Promise<void> {
    const before = await this.catalog.switchTo(name, version);
    this.terminal.say(`${name} v${version} serves`);
    if (before === version) return;
    this.terminal.say(
      `rollback ${name} lets v${before} serve again; drop ${name} ${before} removes it`,
    );
  }

  private async rollback(name: string): Promise<void> {
    const previous = await this.catalog.previous(name);
    if (previous !== undefined) return this.switchTo(name, previous);
    throw new InvalidInputError('NOTHING_TO_ROLL_BACK', `no earlier version of ${name} is left`);
  }

  private async untilCaughtUp(name: string, version: number): Promise<void> {
    let movedAt = performance.now();
    let reached = -1;
    for (;;) {
      const views = await this.catalog.list();
      const view = views.find(
        (candidate) => candidate.name === name && candidate.version === version,
      );
      if (!view)
        throw new InvalidInputError('VERSION_REMOVED', `${name} v${version} was removed meanwhile`);
      this.terminal.progress(`${name} v${version}  ${share(view)}`);
      if (view.target - view.reached <= CAUGHT_UP) return;
      if (view.reached !== reached) movedAt = performance.now();
      reached = view.reached;
      if (performance.now() - movedAt > STALLED_MS) {
        this.terminal.progress(
          `${name} v${version} does not move: is a metrics service running and ready?`,
        );
      }
      await delay(POLL_MS);
    }
  }
}

function share({ reached, target }: VersionView): string {
  const percent = target === 0 ? 100 : Math.min(100, Math.floor((100 * reached) / target));
  return `${String(percent).padStart(3)} %  (${reached} of ${target} entries)`;
}

function numberOf(text: string | undefined): number {
  if (text !== undefined && /^v?\d{1,9}$/.test(text)) return Number(text.replace('v', ''));
  throw usage();
}

function usage(): InvalidInputError {
  return new InvalidInputError('USAGE', USAGE);
}
