import type { ProjectionLag } from '@runnel/messaging';
import type { FastifyReply } from 'fastify';

/** Lists may lag behind the log; the answer says by how many seconds. */
export function noteLag(reply: FastifyReply, { lagSeconds }: ProjectionLag): void {
  reply.header('x-projection-lag-seconds', lagSeconds.toFixed(3));
}
