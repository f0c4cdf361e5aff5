import { InvalidInputError } from '@runnel/errors';

import type { SandboxRun } from './api';
import type { SandboxChild } from './sandbox-child';
import { TO_CHILD } from './wire/messages';

type Source = Awaited<ReturnType<SandboxRun['program']>>;

/** Programs that one child keeps as text; the one unused for longest makes room. */
const MAX_PROGRAMS_PER_CHILD = 256;
/** A prelude costs each child some 2 MiB for good; there is one per release of the compiler. */
const MAX_PRELUDES = 8;
/** Characters of one program's text. */
const MAX_PROGRAM_CHARS = 16 * 1024 * 1024;

/** Which child has which program, and how the others get it. */
export class Programs {
  private readonly loading = new Map<string, Promise<Source>>();
  private readonly preludes = new Map<string, number>();
  private lastNumber = 0;

  /** The number of the run's program in a child that has it; undefined when it must be taught first. */
  numberIn(child: SandboxChild, run: SandboxRun): number | undefined {
    const key = keyOf(run);
    const number = child.programs.get(key);
    if (number !== undefined && child.programs.size > 1) {
      child.programs.delete(key); // to the end: used last
      child.programs.set(key, number);
    }
    return number;
  }

  /** Whether the child has the run's program. */
  isIn(child: SandboxChild, run: SandboxRun): boolean {
    return child.programs.has(keyOf(run));
  }

  /** Loads the run's program, once for all that wait for it. Rejects with what the loader throws. */
  load(run: SandboxRun): Promise<Source> {
    const key = keyOf(run);
    let source = this.loading.get(key);
    if (source === undefined) {
      source = run.program().finally(() => this.loading.delete(key));
      this.loading.set(key, source);
    }
    return source;
  }

  /** Gives a child the program and answers its number there. Throws InvalidInputError when it is too large. */
  teach(child: SandboxChild, run: SandboxRun, source: Source): number {
    const known = this.numberIn(child, run);
    if (known !== undefined) return known;
    if (source.code.length > MAX_PROGRAM_CHARS) {
      throw new InvalidInputError('PROGRAM_TOO_LARGE', 'the program is larger than 16 MiB', {
        programId: run.programId,
      });
    }
    const prelude = this.teachPrelude(child, source.prelude);
    this.makeRoom(child);
    this.lastNumber += 1;
    child.programs.set(keyOf(run), this.lastNumber);
    child.send(TO_CHILD.program, this.lastNumber, prelude, '', source.code);
    return this.lastNumber;
  }

  /** Gives a child a prelude and answers its number. Throws InvalidInputError when there are too many different ones. */
  teachPrelude(child: SandboxChild, text: string): number {
    const number = this.preludes.get(text) ?? this.preludes.size + 1;
    if (number > MAX_PRELUDES)
      throw new InvalidInputError('TOO_MANY_PRELUDES', 'more preludes than one pool can hold');
    this.preludes.set(text, number);
    if (!child.preludes.has(number)) {
      child.preludes.add(number);
      child.send(TO_CHILD.prelude, number, 0, '', text);
    }
    return number;
  }

  private makeRoom(child: SandboxChild): void {
    for (const [key, number] of child.programs) {
      if (child.programs.size < MAX_PROGRAMS_PER_CHILD) return;
      child.programs.delete(key);
      child.send(TO_CHILD.forget, number);
    }
  }
}

/** A program belongs to one project; NUL is in neither id. */
function keyOf({ project, programId }: SandboxRun): string {
  return `${project}\0${programId}`;
}
