import { Injectable } from '@nestjs/common';
import { EgressClient } from '@runnel/egress';

import { ConnectionProbe } from '../application/connection-probe.port';

/** contracts/pipelines.md D.2. */
const TIMEOUT_MS = 4_000;

@Injectable()
export class EgressConnectionProbe extends ConnectionProbe {
  constructor(private readonly egress: EgressClient) {
    super();
  }

  async status(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
    const response = await this.egress.request({
      method: 'GET',
      url,
      headers,
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: 1024 * 1024,
      maxRedirects: 0,
    });
    return response.status;
  }
}
