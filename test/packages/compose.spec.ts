import { existsSync, readFileSync } from 'node:fs';

import { runCommand } from '@runnel/embedded';
import { findDebianTool, temporaryFolder } from '@runnel/testing';

import { imageEnvironment, READ_CONFIGURATION } from '../support/service-configurations';

const SERVICES = ['deployments', 'executor', 'gateway', 'metrics', 'scheduler'];

interface ComposeService {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test?: readonly string[] };
  readonly read_only?: boolean;
  readonly ports?: readonly { readonly host_ip?: string }[];
}

describe('docker-compose.yml', () => {
  const empty = temporaryFolder('compose');
  let program: string;

  beforeAll(async () => {
    program = await findDebianTool({
      name: 'docker-compose',
      package: 'docker-compose',
      suite: 'trixie',
      paths: ['usr/bin/docker-compose', 'usr/libexec/docker/cli-plugins/docker-compose'],
    });
  });

  afterAll(() => empty.remove());

  /** Runs docker-compose on our file with nothing but the given variables. */
  function compose(variables: Readonly<Record<string, string>>, ...args: readonly string[]) {
    const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    return runCommand(
      'env',
      ['-i', `HOME=${empty.path}`, ...assignments, program, '-f', 'docker-compose.yml', ...args],
      { timeoutMs: 60_000 },
    );
  }

  const SECRETS = { RUNNEL_SECRET: 's'.repeat(32), RUNNEL_POSTGRES_PASSWORD: 'secret' };

  it('is valid when the secrets are given', async () => {
    await expect(compose(SECRETS, 'config', '-q')).resolves.toBe('');
  });

  it.each(['RUNNEL_SECRET', 'RUNNEL_POSTGRES_PASSWORD'])(
    'refuses to start without %s',
    async (name) => {
      await expect(compose({ ...SECRETS, [name]: '' }, 'config', '-q')).rejects.toThrow(name);
    },
  );

  it('runs the five services, each watched, and tells none more than it needs', async () => {
    const printed = await compose(SECRETS, 'config', '--format', 'json');
    const { services } = JSON.parse(printed) as { services: Record<string, ComposeService> };
    expect(Object.keys(services).sort()).toEqual(
      [...SERVICES, 'migrate', 'nats', 'postgres'].sort(),
    );
    for (const app of SERVICES) {
      const service = services[app];
      expect(service?.command).toEqual([`dist/apps/${app}/src/main.js`]);
      expect(existsSync(`apps/${app}/src/main.ts`)).toBe(true);
      expect(service?.healthcheck?.test?.join(' ')).toContain('/readyz');
      expect(service?.read_only).toBe(true);
    }
    const told = (name: string) =>
      SERVICES.filter((app) => services[app]?.environment?.[name] !== undefined);
    expect(told('RUNNEL_SECRET')).toEqual(['deployments', 'gateway']);
    expect(told('RUNNEL_DATABASE_URL')).toEqual(['deployments', 'metrics', 'scheduler']);
    expect(told('RUNNEL_NATS_URL')).toEqual(SERVICES);
  });

  it('configures every service so that it starts, in production', async () => {
    const printed = await compose(SECRETS, 'config', '--format', 'json');
    const { services } = JSON.parse(printed) as { services: Record<string, ComposeService> };
    expect(imageEnvironment()).toMatchObject({ RUNNEL_PROFILE: 'production' });
    for (const app of SERVICES) {
      const environment = { ...imageEnvironment(), ...services[app]?.environment };
      expect(() => READ_CONFIGURATION[app]?.(environment)).not.toThrow();
    }
  });

  it('publishes the gateway alone, on loopback', async () => {
    const printed = await compose(SECRETS, 'config', '--format', 'json');
    const { services } = JSON.parse(printed) as { services: Record<string, ComposeService> };
    const published = Object.entries(services).filter(([, { ports = [] }]) => ports.length > 0);
    expect(published.map(([name]) => name)).toEqual(['gateway']);
    expect(services['gateway']?.ports?.map((port) => port.host_ip)).toEqual(['127.0.0.1']);
  });

  it.each(['deploy/compose/nats.conf', 'deploy/base/config/nats.conf'])(
    'has on disk what NATS has acknowledged (%s)',
    (path) => {
      expect(readFileSync(path, 'utf8')).toMatch(/jetstream \{[^}]*sync_interval: always[^}]*\}/);
    },
  );
});

describe('Dockerfile', () => {
  it('copies only what exists and what .dockerignore lets through', () => {
    const copied = readFileSync('Dockerfile', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from'))
      .flatMap((line) => line.split(' ').slice(1, -1));
    const allowed = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    expect(copied.length).toBeGreaterThan(5);
    expect(copied.filter((path) => !existsSync(path))).toEqual([]);
    expect(copied.filter((path) => !allowed.includes(path))).toEqual([]);
  });

  it('does not run as root', () => {
    expect(readFileSync('Dockerfile', 'utf8')).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  });
});
