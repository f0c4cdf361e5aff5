import type { ProjectionCatalog, VersionView } from '@runnel/projection';

import { ProjectionsCommand } from './projections-command';

/** A catalog of one projection whose new version is built a little further at each look. */
class FakeCatalog {
  readonly done: string[] = [];
  before: number | undefined;
  private reached = 0;

  async list(): Promise<readonly VersionView[]> {
    this.reached += 400;
    const view = { name: 'run-list', shape: 1, target: 1_000 };
    return [
      { ...view, version: 1, state: 'live', active: true, reached: 1_000 },
      {
        ...view,
        version: 2,
        state: 'building',
        active: false,
        reached: Math.min(1_000, this.reached),
      },
    ];
  }

  async rebuild(name: string): Promise<number> {
    this.done.push(`rebuild ${name}`);
    return 2;
  }

  async switchTo(name: string, version: number): Promise<number> {
    this.done.push(`switch ${name} ${version}`);
    return version === 2 ? 1 : 2;
  }

  async drop(name: string, version: number): Promise<void> {
    this.done.push(`drop ${name} ${version}`);
  }

  async previous(): Promise<number | undefined> {
    return this.before;
  }
}

function commandOn(catalog: FakeCatalog) {
  const said: string[] = [];
  const progress: string[] = [];
  const command = new ProjectionsCommand(catalog as unknown as ProjectionCatalog, {
    say: (line) => said.push(line),
    progress: (line) => progress.push(line),
  });
  return { run: (...args: string[]) => command.run(args), said, progress };
}

describe(ProjectionsCommand, () => {
  it('lists versions and how far each has come', async () => {
    const { run, said } = commandOn(new FakeCatalog());
    await run('list');
    expect(said).toEqual([
      'run-list v1  serves    100 %  (1000 of 1000 entries)',
      'run-list v2  building   40 %  (400 of 1000 entries)',
    ]);
  });

  it('rebuilds with progress, then switches and says how to go back', async () => {
    const catalog = new FakeCatalog();
    const { run, said, progress } = commandOn(catalog);
    await run('rebuild', 'run-list');
    expect(catalog.done).toEqual(['rebuild run-list', 'switch run-list 2']);
    expect(progress).toEqual([
      'run-list v2   40 %  (400 of 1000 entries)',
      'run-list v2   80 %  (800 of 1000 entries)',
    ]);
    expect(said.at(-1)).toBe('rollback run-list lets v1 serve again; drop run-list 1 removes it');
  });

  it('leaves the switch to somebody who wants it so', async () => {
    const catalog = new FakeCatalog();
    await commandOn(catalog).run('rebuild', 'run-list', '--no-switch');
    expect(catalog.done).toEqual(['rebuild run-list']);
  });

  it('switches, drops and rolls back what it is told to', async () => {
    const catalog = new FakeCatalog();
    const { run } = commandOn(catalog);
    await run('switch', 'run-list', '2');
    await run('drop', 'run-list', 'v1');
    await expect(run('rollback', 'run-list')).rejects.toMatchObject({
      code: 'NOTHING_TO_ROLL_BACK',
    });
    catalog.before = 1;
    await run('rollback', 'run-list');
    expect(catalog.done).toEqual(['switch run-list 2', 'drop run-list 1', 'switch run-list 1']);
  });

  it.each([[[]], [['help']], [['switch', 'run-list']], [['drop', 'run-list', 'x']]])(
    'shows its usage for %p',
    async (args) => {
      await expect(commandOn(new FakeCatalog()).run(...args)).rejects.toThrow(
        'usage: npm run projections',
      );
    },
  );
});
