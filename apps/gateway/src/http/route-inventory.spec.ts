import fastify from 'fastify';

import { RouteInventory } from './route-inventory';

function inventory(): RouteInventory {
  const routes = new RouteInventory();
  const server = fastify({ exposeHeadRoutes: false });
  routes.watch(server);
  const handler = (): object => ({});
  server.get('/api/patterns', handler);
  server.post('/api/patterns', { config: { access: { kind: 'public' } } }, handler);
  server.route({ method: ['PUT', 'PATCH'], url: '/api/patterns/:id', handler });
  server.get('/api/patterns/:id/deployment', handler);
  return routes;
}

describe(RouteInventory, () => {
  it('knows every route, whatever it declares', () => {
    const { routes } = inventory();
    expect(routes.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /api/patterns',
      'POST /api/patterns',
      'PUT /api/patterns/:id',
      'PATCH /api/patterns/:id',
      'GET /api/patterns/:id/deployment',
    ]);
    expect(routes.filter(({ access }) => access)).toHaveLength(1);
  });

  it.each([
    ['/api/patterns', ['GET', 'POST']],
    ['/api/patterns/pat_1', ['PATCH', 'PUT']],
    ['/api/patterns/pat_1/deployment', ['GET']],
    ['/api/patterns/', []],
    ['/api/patterns/pat_1/other', []],
    ['/api', []],
    ['', []],
  ])('%s could have been called with %j', (path, methods) => {
    expect(inventory().methodsAt(path)).toEqual(methods);
  });
});
