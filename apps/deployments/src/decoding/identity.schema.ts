import { type Identity, ROLES } from '@runnel/auth';
import { z } from 'zod';

const id = z.string().regex(/^[\w-]{1,64}$/, 'is not an id');

/** Who asks, as the gateway has proved it. */
export const identitySchema: z.ZodType<Identity> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user'), id, project: id, role: z.enum(ROLES) }),
  z.object({ kind: z.literal('api_key'), id, project: id, scopes: z.array(z.string()).max(100) }),
]);
