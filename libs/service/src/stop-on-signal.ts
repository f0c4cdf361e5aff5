import type { INestApplicationContext } from '@nestjs/common';
import type { Logger, ManagementServer, Readiness } from '@runnel/telemetry';

interface Stoppable {
  readonly application: INestApplicationContext;
  readonly management: ManagementServer;
  readonly readiness: Readiness;
  readonly logger: Logger;
  readonly graceMs: number;
}

/**
 * SIGTERM and SIGINT stop the service in order and end the process with code 0; what takes longer than the
 * grace period is cut off with code 1. A bug that nobody caught ends the process at once: its state is unknown.
 */
export function stopOnSignal(parts: Stoppable): void {
  const { application, management, readiness, logger, graceMs } = parts;
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    readiness.enter('stopping');
    logger.info({ signal }, 'stopping');
    const cutOff = setTimeout(() => {
      logger.error({ graceMs }, 'could not stop in time');
      process.exit(1);
    }, graceMs);
    cutOff.unref();
    application
      .close()
      .then(() => management.close())
      .then(() => {
        logger.info('stopped');
        process.exit(0);
      })
      .catch((error: unknown) => {
        logger.error({ err: error }, 'failed while stopping');
        process.exit(1);
      });
  };
  process.once('SIGTERM', () => stop('SIGTERM'));
  process.once('SIGINT', () => stop('SIGINT'));
  process.once('uncaughtException', (error) => die(logger, error));
  process.once('unhandledRejection', (error) => die(logger, error));
}

function die(logger: Logger, error: unknown): void {
  logger.fatal({ err: error }, 'unexpected error');
  process.exit(1);
}
