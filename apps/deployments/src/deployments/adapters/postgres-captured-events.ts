import { Injectable } from '@nestjs/common';

import { EntityDatabase } from '../../storage/entity-database';
import { CapturedEvents } from '../application/captured-events.port';

@Injectable()
export class PostgresCapturedEvents extends CapturedEvents {
  constructor(private readonly database: EntityDatabase) {
    super();
  }

  async add(endpointId: string, event: unknown, keep: number, now: Date): Promise<void> {
    await this.database.inTransaction(() =>
      this.database.use(async (manager) => {
        await manager.query(
          `INSERT INTO deployments.captured_event (endpoint_id, event, captured_at) VALUES ($1, $2, $3)`,
          [endpointId, JSON.stringify(event), now],
        );
        await manager.query(
          `DELETE FROM deployments.captured_event
           WHERE endpoint_id = $1 AND id <= (
             SELECT id FROM deployments.captured_event
             WHERE endpoint_id = $1 ORDER BY id DESC OFFSET $2 LIMIT 1)`,
          [endpointId, keep],
        );
      }),
    );
  }
}
