import { type Hold, inspect, type Verdict, type WatchedRun } from './watchdog';

const LOOK_MS = 50;
const FINE = { kind: 'fine' };

/** A child as its watchdog sees it, and the clocks that it is judged by. */
class Scene {
  readonly pid = 1;
  readonly runs = new Map<number, WatchedRun>();
  readonly ghosts = new Set<number>();
  heardAt = 0;
  hold: Hold | undefined;
  readonly stopped: number[] = [];
  /** Share of the time that the child gets a core; undefined: the system does not tell. */
  cpuShare: number | undefined = 0;
  asked = 0;
  private shown = { entry: 0, run: 0 };
  private now = 0;
  private cpuMs = 100;

  readonly page = {
    read: () => this.shown,
    stop: (run: number) => void this.stopped.push(run),
  };

  run(number: number, { cpuMs = 1_000, needsChild = true } = {}): this {
    this.runs.set(number, { limits: { cpuMs }, needsChild });
    return this;
  }

  enter(run: number): this {
    this.shown = { entry: this.shown.entry + 1, run };
    return this;
  }

  /** Lets time pass, with a look at the child every `lookMs`, and answers what the last one said. */
  pass(ms: number, lookMs = LOOK_MS): Verdict {
    let verdict = this.look();
    for (let passed = 0; passed < ms; passed += lookMs) {
      this.now += lookMs;
      this.cpuMs += lookMs * (this.cpuShare ?? 0);
      verdict = this.look();
    }
    return verdict;
  }

  private look(): Verdict {
    return inspect(this, this.now, () => {
      this.asked += 1;
      return this.cpuShare === undefined ? undefined : this.cpuMs;
    });
  }
}

function computing(share: number | undefined): Scene {
  const scene = new Scene().run(7).enter(7);
  scene.cpuShare = share;
  return scene;
}

function silent(share: number | undefined): Scene {
  const scene = new Scene().run(7);
  scene.cpuShare = share;
  return scene;
}

describe(inspect, () => {
  it('blames a run that computes for longer than its budget, and not before', () => {
    const scene = computing(1);
    expect(scene.pass(150)).toEqual(FINE);
    expect(scene.pass(1_350)).toEqual({ kind: 'stalled', run: 7 });
    expect(scene.pass(150)).toEqual({ kind: 'stuck', run: 7, why: 'cpu' });
  });

  it('gives a run its CPU time however long that takes', () => {
    const scene = computing(1 / 16);
    expect(scene.pass(23_900)).toEqual({ kind: 'stalled', run: 7 });
    expect(scene.pass(400)).toEqual({ kind: 'stuck', run: 7, why: 'cpu' });
  });

  it('says of a child that gets no CPU in a VM that it is held, and lets it live for a minute', () => {
    const scene = computing(0);
    expect(scene.pass(750)).toEqual(FINE);
    expect(scene.pass(59_200)).toEqual({ kind: 'stalled', run: 7 });
    expect(scene.pass(100)).toEqual({ kind: 'stuck', run: 7, why: 'silence' });
  });

  it('waits longer for a run that may use more', () => {
    const scene = new Scene().run(7, { cpuMs: 60_000 }).enter(7);
    expect(scene.pass(240_000)).toEqual({ kind: 'stalled', run: 7 });
    expect(scene.pass(3_000)).toEqual({ kind: 'stuck', run: 7, why: 'silence' });
  });

  it('says of a child that neither computes nor speaks that it is held, and lets it live for a minute', () => {
    const scene = silent(0);
    expect(scene.pass(10_000)).toEqual(FINE);
    expect(scene.pass(49_900)).toEqual({ kind: 'stalled', run: 0 });
    expect(scene.pass(150)).toEqual({ kind: 'stuck', run: 0, why: 'silence' });
  });

  it('blames no run for a child that computes in no VM and says nothing', () => {
    const scene = silent(1);
    expect(scene.pass(2_500)).toEqual(FINE);
    expect(scene.pass(7_500)).toEqual({ kind: 'stalled', run: 0 });
    expect(scene.pass(100)).toEqual({ kind: 'stuck', run: 0, why: 'cpu' });
  });

  it('expects nothing of a child whose runs wait for others', () => {
    const scene = new Scene().run(7, { needsChild: false });
    expect(scene.pass(600_000)).toEqual(FINE);
    scene.run(7);
    expect(scene.pass(10_000)).toEqual(FINE);
  });

  it('begins anew with every sign of life', () => {
    const scene = silent(0);
    for (let n = 1; n < 20; n += 1) {
      expect(scene.pass(9_000)).toEqual(FINE);
      scene.heardAt = n;
    }
    const busy = computing(1);
    for (let n = 1; n < 20; n += 1) {
      expect(busy.pass(1_400)).toEqual({ kind: 'stalled', run: 7 });
      busy.enter(7);
    }
  });

  it('watches over a child that keeps being told of more but says nothing', () => {
    const scene = silent(0);
    for (let n = 1; n < 60; n += 1) {
      scene.pass(1_000);
      scene.run(7 + n);
    }
    expect(scene.pass(1_100)).toEqual({ kind: 'stuck', run: 0, why: 'silence' });
  });

  it('does not hold it against a child that the pool itself stood still', () => {
    for (const scene of [silent(0), computing(0)]) {
      scene.pass(100);
      expect(scene.pass(3_600_000, 3_600_000).kind).not.toBe('stuck');
    }
  });

  it('tells a run that is over to stop, and does not wait long for a child that does not listen', () => {
    const scene = new Scene().enter(7);
    scene.ghosts.add(7);
    scene.cpuShare = 1;
    expect(scene.pass(2_000)).toEqual({ kind: 'stalled', run: 7 });
    expect(new Set(scene.stopped)).toEqual(new Set([7]));
    expect(scene.pass(100)).toEqual({ kind: 'stuck', run: 7, why: 'cpu' });
  });

  it('counts anew when a run that holds its child is over', () => {
    const scene = new Scene().run(7, { cpuMs: 60_000 }).enter(7);
    scene.cpuShare = 1;
    scene.pass(30_000);
    scene.runs.clear();
    scene.ghosts.add(7);
    expect(scene.pass(1_900)).toEqual({ kind: 'stalled', run: 7 });
    expect(scene.pass(200)).toEqual({ kind: 'stuck', run: 7, why: 'cpu' });
  });

  it('notices a child that hangs after a run has answered', () => {
    const scene = new Scene().run(8, { needsChild: false }).enter(7);
    expect(scene.pass(59_900)).toEqual({ kind: 'stalled', run: 0 });
    expect(scene.pass(150)).toEqual({ kind: 'stuck', run: 0, why: 'silence' });
  });

  describe('where the system does not tell CPU time', () => {
    it('takes the wall clock for it', () => {
      const scene = computing(undefined);
      expect(scene.pass(1_500)).toEqual({ kind: 'stalled', run: 7 });
      expect(scene.pass(50)).toEqual({ kind: 'stuck', run: 7, why: 'cpu' });
      const quiet = silent(undefined);
      expect(quiet.pass(10_000)).toEqual({ kind: 'stalled', run: 0 });
      expect(quiet.pass(50)).toEqual({ kind: 'stuck', run: 0, why: 'cpu' });
    });

    it('finds no fault with a process that has gone between two looks', () => {
      const scene = computing(1);
      scene.pass(1_000);
      scene.cpuShare = undefined;
      expect(scene.pass(10_000)).toEqual({ kind: 'stalled', run: 7 });
    });
  });

  it('asks the system only about a child that shows no sign of life', () => {
    const scene = new Scene();
    for (let n = 1; n < 100; n += 1) {
      scene.run(n).enter(n).pass(0);
      scene.heardAt = n;
    }
    expect(scene.asked).toBe(0);
    scene.pass(LOOK_MS);
    expect(scene.asked).toBe(1);
  });
});
