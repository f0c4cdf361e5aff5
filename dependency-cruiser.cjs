const layer = (...names) => `^apps/[^/]+/src/[^/]+/(${names.join('|')})/`;
const pkg = (...names) => `(^|node_modules/)(${names.join('|')})(/|$)`;
const spec = '[.](spec|contract)[.]ts$';
const PURE = 'run-domain|definitions|compiler|cron|errors';

/** The import rules of docs/architecture.md; each was seen to catch a planted violation. */
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-app-to-app',
      severity: 'error',
      comment: 'apps meet on NATS, never by import',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    { name: 'no-lib-to-app', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'lib-entry-point-only',
      severity: 'error',
      comment: 'import @runnel/x, never a file inside it',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/(?!index[.]ts$)', pathNot: '^libs/$2/' },
    },
    {
      name: 'pure-libs',
      severity: 'error',
      comment: 'domain libraries know no framework and no I/O',
      from: { path: `^libs/(${PURE})/`, pathNot: [spec, '/testing/'] },
      to: { path: [pkg('@nestjs', 'typeorm', 'pg', 'nats', 'fastify'), `^libs/(?!(${PURE})/)`] },
    },
    {
      name: 'pure-libs-no-node',
      severity: 'error',
      from: { path: `^libs/(${PURE})/`, pathNot: [spec, '/testing/'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-testing-in-production',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [spec, '^libs/testing/', '/testing/'] },
      to: { path: ['^libs/testing/', '[.]contract[.]ts$'] },
    },
    {
      name: 'no-embedded-servers-in-services',
      severity: 'error',
      comment: 'images are built without them',
      from: { path: '^(apps|libs)/', pathNot: [spec, '^libs/(testing|embedded)/'] },
      to: { path: '^libs/embedded/' },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: layer('domain'), pathNot: spec },
      to: { pathNot: [layer('domain'), `^libs/(${PURE})/src/index[.]ts$`] },
    },
    {
      name: 'application-knows-ports-only',
      severity: 'error',
      from: { path: layer('application'), pathNot: spec },
      to: { path: [layer('api', 'adapters', 'read-model'), pkg('typeorm', 'pg', 'nats')] },
    },
    {
      name: 'api-goes-through-application',
      severity: 'error',
      from: { path: layer('api'), pathNot: spec },
      to: { path: [layer('domain', 'adapters'), pkg('typeorm', 'nats')] },
    },
    {
      name: 'read-model-folds-events-itself',
      severity: 'error',
      from: { path: layer('read-model'), pathNot: spec },
      to: { path: layer('domain', 'application', 'api') },
    },
    {
      name: 'no-reaching-into-a-sibling-feature',
      severity: 'error',
      from: { path: '^apps/([^/]+)/src/([^/]+)/' },
      to: {
        path: '^apps/$1/src/[^/]+/(domain|application|adapters|read-model)/',
        pathNot: '^apps/$1/src/$2/',
      },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
