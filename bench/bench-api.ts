import type { Pool } from 'undici';

/** Speaks to a system's HTTP API as its first user. */
export class BenchApi {
  constructor(
    readonly pool: Pool,
    private readonly apiKey: string,
  ) {}

  get authorization(): Record<string, string> {
    return { authorization: `Bearer ${this.apiKey}` };
  }

  /** Throws with the answer's text unless it succeeds. */
  async call<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
    const response = await this.pool.request({
      method,
      path,
      headers: { ...this.authorization, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.body.text();
    if (response.statusCode >= 300) {
      throw new Error(`${method} ${path} answered ${response.statusCode}: ${text}`);
    }
    return JSON.parse(text) as T;
  }

  /** How the system keeps acknowledged events: `fsync`, `replicated` or `interval`. */
  async durability(): Promise<string> {
    const info = await this.call<{ durability: string }>('GET', '/api/system/info');
    return info.durability;
  }

  /** Creates and deploys a pattern; returns the deployment's id. */
  async deploy(name: string, graphData: object): Promise<string> {
    const pattern = await this.call<{ data: { id: string } }>('POST', '/api/patterns', {
      name,
      graphData,
    });
    const deployed = await this.call<{ data: { deploymentId: string } }>(
      'POST',
      `/api/patterns/${pattern.data.id}/deploy`,
      { nodeDefinitions: {} },
    );
    return deployed.data.deploymentId;
  }
}
