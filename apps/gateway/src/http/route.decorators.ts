import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  HttpCode,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Command, Identity } from '@runnel/auth';
import type { FastifyRequest } from 'fastify';

import { identityOf } from './access/identity-of';
import { readInput } from './read-input';
import type { Operation, RouteDeclaration } from './route-declaration';

const DECLARATION = Symbol('ROUTE_DECLARATION');

/** The route is open to anybody, without a credential. */
export const Public = (): MethodDecorator => declare({ access: { kind: 'public' } });

/** The route needs a valid credential and no permission beyond it. */
export const RequiresLogin = (): MethodDecorator => declare({ access: { kind: 'login' } });

/** The route needs the permission that `libs/auth` maps this command or query to. */
export const RequiresPermission = (command: Command): MethodDecorator =>
  declare({ access: { kind: 'permission', command } });

/** What the route takes and gives; sets the status of success. */
export const Serves = (operation: Operation): MethodDecorator =>
  applyDecorators(declare({ operation }), HttpCode(operation.status ?? 200));

/** The validated request: `InputOf` the operation that the route serves. Throws InvalidInputError VALIDATION. */
export const Input = createParamDecorator((_: unknown, context: ExecutionContext) =>
  readInput(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** Who is asking. Only on routes that require a credential. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Identity =>
  identityOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** Fastify's config holds one object per route; several decorators add to it. */
function declare(part: RouteDeclaration): MethodDecorator {
  return (target, key, descriptor) => {
    const handler = descriptor.value as object;
    const declared = {
      ...(Reflect.getMetadata(DECLARATION, handler) as RouteDeclaration | undefined),
      ...part,
    };
    Reflect.defineMetadata(DECLARATION, declared, handler);
    RouteConfig(declared)(target, key, descriptor);
  };
}
