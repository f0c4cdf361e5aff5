import type { FastifyInstance } from 'fastify';

import type { RouteDeclaration } from './route-declaration';

/** A route as it was registered, whoever registered it. */
export interface RegisteredRoute extends RouteDeclaration {
  readonly method: string;
  /** Pattern as Fastify has it, e.g. `/api/patterns/:id`. */
  readonly url: string;
}

/** Every route of the process, as Fastify registers them: for the 405s, the OpenAPI document and the access test. */
export class RouteInventory {
  readonly routes: RegisteredRoute[] = [];

  /** To be called before the first route is registered. Gives routes the body limit that they declare. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', (route) => {
      const { access, operation } = route.config ?? {};
      if (operation?.bodyLimit !== undefined) route.bodyLimit = operation.bodyLimit;
      for (const method of [route.method].flat()) {
        this.routes.push({
          method,
          url: route.url,
          ...(access && { access }),
          ...(operation && { operation }),
        });
      }
    });
  }

  /** The methods with which a path could have been called; empty when there is no such path. */
  methodsAt(path: string): string[] {
    const segments = path.split('/');
    const methods = this.routes
      .filter(({ url }) => matches(url.split('/'), segments))
      .map(({ method }) => method);
    return [...new Set(methods)].sort();
  }
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.length !== segments.length) return false;
  return pattern.every((part, index) =>
    part.startsWith(':') ? segments[index] !== '' : part === segments[index],
  );
}
