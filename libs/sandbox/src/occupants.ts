import type { Execution } from './execution';

/** The runs that are in children, by their number there, and how many of them are each project's. */
export class Occupants {
  private readonly byNumber = new Map<number, Execution>();
  private readonly byProject = new Map<string, number>();

  get size(): number {
    return this.byNumber.size;
  }

  get(number: number): Execution | undefined {
    return this.byNumber.get(number);
  }

  values(): Iterable<Execution> {
    return this.byNumber.values();
  }

  add(number: number, execution: Execution): void {
    this.byNumber.set(number, execution);
    this.count(execution, 1);
  }

  delete(number: number): void {
    const execution = this.byNumber.get(number);
    if (execution === undefined) return;
    this.byNumber.delete(number);
    this.count(execution, -1);
  }

  /** Runs of a project that are in children. */
  of(project: string): number {
    return this.byProject.get(project) ?? 0;
  }

  private count({ run: { project } }: Execution, change: 1 | -1): void {
    const count = this.of(project) + change;
    if (count === 0) this.byProject.delete(project);
    else this.byProject.set(project, count);
  }
}
