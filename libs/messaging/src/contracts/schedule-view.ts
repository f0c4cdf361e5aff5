/** When a deployment runs by itself: one per On Schedule node (contracts/automation.md A.8, C.9). */
export interface ScheduleView {
  readonly nodeId: string;
  readonly cronExpression: string;
  readonly timezone: string;
  /** True when it was changed since the deploy; the next deploy puts back what the pattern says. */
  readonly overridden: boolean;
  /** Null while the deployment is not active. */
  readonly nextRunAt: string | null;
}

/** A time at which a run would start. */
export interface TickView {
  readonly nodeId: string;
  readonly scheduledFor: string;
  /** The same as the clocks of the schedule's zone show it, with their offset. */
  readonly localTime: string;
  readonly timezone: string;
}
