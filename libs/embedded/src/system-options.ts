import type { Credentials } from './credentials';
import type { App } from './services';

/** A whole Runnel on one machine. */
export interface SystemOptions {
  /** The built checkout: `dist/apps/<app>/src/main.js` is below it. */
  readonly root: string;
  readonly dataFolder: string;
  /** Of the gateway; 0 takes a free one. */
  readonly port: number;
  /** What the services inherit. Variables of ours win over it. */
  readonly env: Readonly<Record<string, string>>;
  /** More variables for one service. */
  readonly appEnv?: Partial<Record<App, Readonly<Record<string, string>>>>;
  /** How many processes of a service; one when it is not named. */
  readonly copies?: Partial<Record<App, number>>;
  /** Used instead of the embedded Postgres. */
  readonly databaseUrl?: string;
  /** Used instead of the embedded NATS. */
  readonly natsUrl?: string;
  /** Signs and encrypts; made and kept in the data folder when it is not given. */
  readonly secret?: string;
  readonly credentials?: Partial<Credentials>;
  readonly cacheFolder?: string;
  /** False for tests: Postgres survives no power cut. NATS is asked for by `natsFsync`. */
  readonly durable?: boolean;
  readonly natsFsync?: boolean;
  /** Whether what dies is started again. */
  readonly restart: boolean;
  readonly report: (line: string) => void;
}

/** Where a running system's servers and services are reached, and what it signs with. */
export interface SystemAddresses {
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly secret: string;
  /** Of the first gateway. */
  readonly port: number;
}
