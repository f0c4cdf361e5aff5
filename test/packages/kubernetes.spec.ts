import { runCommand } from '@runnel/embedded';
import { findDebianTool } from '@runnel/testing';
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Namespace, Secret, Service } from 'kubernetes-models/v1';
import { parseAllDocuments } from 'yaml';

import { imageEnvironment, READ_CONFIGURATION, SECRETS } from '../support/service-configurations';

const SERVICES = ['deployments', 'executor', 'gateway', 'metrics', 'scheduler'];
const MODELS = {
  ConfigMap,
  Deployment,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  Secret,
  Service,
  StatefulSet,
};

interface Container {
  readonly name: string;
  readonly image?: string;
  readonly envFrom?: readonly {
    readonly secretRef?: { readonly name: string };
    readonly configMapRef?: { readonly name: string };
  }[];
  readonly securityContext?: unknown;
  readonly resources?: {
    readonly requests?: unknown;
    readonly limits?: { readonly memory?: string };
  };
  readonly livenessProbe?: { readonly httpGet?: { readonly path: string; readonly port: string } };
  readonly readinessProbe?: { readonly httpGet?: { readonly path: string; readonly port: string } };
}

interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly podSelector?: object;
    readonly policyTypes?: readonly string[];
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template?: {
      readonly spec: {
        readonly containers: readonly Container[];
        readonly initContainers?: readonly Container[];
        readonly securityContext?: { readonly runAsNonRoot?: boolean };
        readonly terminationGracePeriodSeconds?: number;
      };
    };
  };
}

/** Kustomize folds long base64 over lines, which the API server accepts and the schema does not. */
function unfolded(resource: Resource): Resource {
  if (resource.kind !== 'Secret') return resource;
  const data = Object.entries(resource.data ?? {}).map(
    ([name, value]) => [name, value.replaceAll(/\s/g, '')] as const,
  );
  return { ...resource, data: Object.fromEntries(data) };
}

describe.each(['deploy/base', 'deploy/overlays/local'])('%s', (folder) => {
  let resources: Resource[];

  beforeAll(async () => {
    const kubectl = await findDebianTool({
      name: 'kubectl',
      package: 'kubectl',
      suite: 'trixie',
      paths: ['usr/bin/kubectl'],
    });
    const rendered = await runCommand(kubectl, ['kustomize', folder], { timeoutMs: 60_000 });
    resources = parseAllDocuments(rendered).map((document) => document.toJS() as Resource);
  });

  const ofKind = (kind: string) => resources.filter((resource) => resource.kind === kind);
  const podsOf = (resource: Resource | undefined) => resource?.spec?.template?.spec;
  const deployment = (app: string) =>
    ofKind('Deployment').find(({ metadata }) => metadata.name === app);

  it('consists of resources that their own schemas accept, all in one namespace', () => {
    for (const resource of resources) {
      const Model = MODELS[resource.kind as keyof typeof MODELS];
      expect({ [resource.kind]: Model !== undefined }).toEqual({ [resource.kind]: true });
      new Model(unfolded(resource) as never).validate();
      if (resource.kind !== 'Namespace') expect(resource.metadata.namespace).toBe('runnel');
    }
  });

  it('runs the five services with probes, limits and a budget for disruptions', () => {
    expect(
      ofKind('Deployment')
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual(SERVICES);
    for (const app of SERVICES) {
      const [container] = podsOf(deployment(app))?.containers ?? [];
      expect(container?.livenessProbe?.httpGet).toEqual({ path: '/healthz', port: 'management' });
      expect(container?.readinessProbe?.httpGet).toEqual({ path: '/readyz', port: 'management' });
      const budgets = ofKind('PodDisruptionBudget').map((one) => one.spec?.selector?.matchLabels);
      expect(budgets).toContainEqual({ 'app.kubernetes.io/name': app });
    }
  });

  it('gives every container limits and no privileges', () => {
    const workloads = [...ofKind('Deployment'), ...ofKind('StatefulSet')];
    for (const workload of workloads) {
      const pods = podsOf(workload);
      expect(pods?.securityContext?.runAsNonRoot).toBe(true);
      for (const container of [...(pods?.containers ?? []), ...(pods?.initContainers ?? [])]) {
        expect(container.image).toMatch(/:.+/);
        expect(container.resources?.limits?.memory).toBeDefined();
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    }
  });

  it('gives a pod longer to stop than its service takes for itself', () => {
    for (const app of SERVICES) {
      const settings = ofKind('ConfigMap').find(({ metadata }) =>
        metadata.name.startsWith(`${app}-`),
      );
      const graceMs = Number(settings?.data?.['RUNNEL_SHUTDOWN_GRACE_MS']);
      const seconds = podsOf(deployment(app))?.terminationGracePeriodSeconds ?? 0;
      expect(seconds * 1_000).toBeGreaterThan(graceMs);
    }
  });

  it('configures every service so that it starts, in production', () => {
    for (const app of SERVICES) {
      const { data } =
        ofKind('ConfigMap').find(({ metadata: { name } }) => name.startsWith(`${app}-`)) ?? {};
      expect(data).toMatchObject({ RUNNEL_PROFILE: 'production' });
      const environment = { ...imageEnvironment(), ...SECRETS, ...data };
      expect(() => READ_CONFIGURATION[app]?.(environment)).not.toThrow();
    }
  });

  it('hands each service its own settings and secrets, and the executor no secret', () => {
    for (const app of SERVICES) {
      const pods = podsOf(deployment(app));
      const sources = [...(pods?.containers ?? []), ...(pods?.initContainers ?? [])].flatMap(
        ({ envFrom = [] }) => envFrom,
      );
      const names = sources.map((one) => one.configMapRef?.name ?? one.secretRef?.name ?? '');
      expect(names.filter((name) => !name.startsWith(app))).toEqual([]);
      expect(sources.some((one) => one.secretRef !== undefined)).toBe(app !== 'executor');
    }
  });

  it('denies all traffic that no policy names', () => {
    const policies = ofKind('NetworkPolicy');
    expect(policies.map((policy) => policy.spec)).toContainEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
    expect(policies.length).toBeGreaterThan(1);
  });
});

describe('deploy/base', () => {
  it('contains no secret', async () => {
    const kubectl = await findDebianTool({
      name: 'kubectl',
      package: 'kubectl',
      suite: 'trixie',
      paths: ['usr/bin/kubectl'],
    });
    const rendered = await runCommand(kubectl, ['kustomize', 'deploy/base'], { timeoutMs: 60_000 });
    expect(rendered).not.toMatch(/kind: Secret/);
    expect(rendered).not.toMatch(/postgres:\/\//);
  });
});
