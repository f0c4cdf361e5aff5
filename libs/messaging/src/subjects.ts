/** Every NATS subject between services is built here; run subjects are built by `@runnel/run-log`. */
export const APPS = ['gateway', 'deployments', 'executor', 'scheduler', 'metrics'] as const;
export type App = (typeof APPS)[number];

/** Told by an executor every few seconds: it lives, and what it holds. Core NATS, not stored. */
export const EXECUTOR_HEARTBEAT = 'beat.executor';

/** Told by `scheduler` when somebody else than its executor has moved a run: work on it is to stop. Core NATS. */
export const RUN_MOVED = 'notice.scheduler.run-moved';

/** Told by `deployments` when a definition, deployment, endpoint or key has changed: caches drop what they hold. */
export const DEFINITIONS_CHANGED = 'notice.deployments.changed';

/** Asked by whoever wants to know whether one live copy of an app answers. */
export function pingSubject(app: App): `svc.${App}.ping` {
  return `svc.${app}.ping`;
}
