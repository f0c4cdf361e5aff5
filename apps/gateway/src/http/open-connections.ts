import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { FastifyInstance, FastifyRequest } from 'fastify';

/** What a client that was told to go gets before its connection is taken from it. */
const PARTING_MS = 500;

/**
 * The connections of the server. Node closes those that have been used and are idle; one that a client has
 * opened and not yet used would hold a stopping process up for a minute.
 */
export class OpenConnections {
  /** Each with the latest answer that was begun on it. */
  private readonly answers = new Map<Socket, ServerResponse | undefined>();
  private closing = false;

  /** To be called before the first route is registered. */
  watch(fastify: FastifyInstance): void {
    fastify.server.on('connection', (socket: Socket) => {
      this.answers.set(socket, undefined);
      socket.once('close', () => this.answers.delete(socket));
      if (this.closing) part(socket);
    });
    fastify.addHook('onRequest', this.note);
    fastify.addHook('preClose', (done) => {
      this.closing = true;
      for (const [socket, answer] of this.answers) {
        if (answer && !answer.writableFinished) answer.once('close', () => part(socket));
        else part(socket);
      }
      done();
    });
  }

  private readonly note = (
    request: FastifyRequest,
    reply: { readonly raw: ServerResponse },
    done: () => void,
  ): void => {
    const { socket } = request.raw;
    if (this.answers.has(socket)) this.answers.set(socket, reply.raw);
    done();
  };
}

function part(socket: Socket): void {
  socket.end();
  setTimeout(() => socket.destroy(), PARTING_MS).unref();
}
