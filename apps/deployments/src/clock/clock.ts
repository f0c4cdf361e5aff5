/** The time, as handlers know it. */
export abstract class Clock {
  abstract now(): Date;
}
