import { z } from 'zod';

const runId = z.string().regex(/^[\w-]{1,64}$/);

const clientMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('subscribe'),
    runId,
    after: z.string().max(64).optional(),
  }),
  z.strictObject({ type: z.literal('unsubscribe'), runId }),
]);

/** What a client may say on the socket. */
export type ClientMessage = z.output<typeof clientMessage>;

/** The message in a frame, undefined when it is none that we know. */
export function readClientMessage(text: string): ClientMessage | undefined {
  try {
    const result = clientMessage.safeParse(JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch {
    return undefined; // not JSON: the client is told so like for any other misunderstanding
  }
}
