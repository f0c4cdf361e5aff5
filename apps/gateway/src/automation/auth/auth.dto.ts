import type { Account } from '@runnel/messaging';
import { z } from 'zod';

import { operation } from '../../http/route-declaration';

/** Longer than any real one; hashing is not free. */
const MAX_PASSWORD = 256;
const SPECIAL = /[^\p{L}\p{N}\s]/u;

const name = z.string().trim().min(1).max(100);
const email = z.email('must be an e-mail address').max(254);

const user = z.object({
  id: z.string(),
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  role: z.enum(['user', 'admin']),
  createdAt: z.string(),
});

export type UserResponse = z.output<typeof user>;

const session = z.object({
  success: z.literal(true),
  data: z.object({ token: z.string(), user }),
  timestamp: z.string(),
  token: z.string(),
  user,
});

export type SessionResponse = z.output<typeof session>;

const common = { tag: 'auth', errors: 'flat' } as const;

export const getProviders = operation({
  ...common,
  summary: 'How one can log in',
  response: z.object({
    success: z.literal(true),
    data: z.object({
      local: z.boolean(),
      github: z.boolean(),
      githubClientId: z.string().optional(),
      registration: z.boolean(),
    }),
    timestamp: z.string(),
  }),
});

export const loginWithGithub = operation({
  ...common,
  summary: 'Log in with the code that GitHub gave the browser',
  limit: 'login',
  body: z.strictObject({
    code: z.string().min(1).max(1_000),
    /** For the caller: whoever made it compares it before this call. */
    state: z.string().max(1_000).optional(),
  }),
  response: session,
});

export const register = operation({
  ...common,
  summary: 'Register a user with a project of their own',
  limit: 'login',
  status: 201,
  body: z.strictObject({
    email,
    firstName: name,
    lastName: name,
    password: z
      .string()
      .min(8, 'must have at least 8 characters')
      .max(MAX_PASSWORD)
      .regex(SPECIAL, 'must have at least one special character'),
  }),
  response: session,
});

export const login = operation({
  ...common,
  summary: 'Log in with an e-mail address or a user name',
  limit: 'login',
  body: z
    .strictObject({
      email: z.string().min(1).max(254).optional(),
      username: z.string().min(1).max(254).optional(),
      password: z.string().min(1).max(MAX_PASSWORD),
    })
    .refine((body) => (body.email === undefined) !== (body.username === undefined), {
      message: 'give either email or username',
      path: ['email'],
    }),
  response: session,
});

export const refresh = operation({
  ...common,
  summary: 'Exchange a session token, at most 7 days old, for a new one',
  limit: 'refresh',
});

export const logout = operation({ ...common, summary: 'Revoke the session token', status: 204 });

export const getMe = operation({ ...common, summary: 'Who the credential belongs to' });

/** A user as the API shows them. */
export function toUserResponse({ user: shown }: Account): UserResponse {
  const { id, email: address, firstName, lastName, role, createdAt } = shown;
  return { id, email: address, firstName, lastName, role, createdAt };
}

/** A new session, in the envelope and beside it: both doors read it (contracts/automation.md, Decisions 6). */
export function toSessionResponse(
  token: string,
  account: Account,
  timestamp: string,
): SessionResponse {
  const shown = toUserResponse(account);
  return { success: true, data: { token, user: shown }, timestamp, token, user: shown };
}
