import type { ApiKeyView } from '@runnel/messaging';
import { z } from 'zod';

import { idParam } from '../../http/query';
import { operation } from '../../http/route-declaration';

const apiKey = z.object({
  id: z.string(),
  project_id: z.string(),
  name: z.string(),
  key_prefix: z.string(),
  scopes: z.array(z.string()),
  created_at: z.string(),
  expires_at: z.string().optional(),
  last_used_at: z.string().optional(),
  revoked_at: z.string().optional(),
});

export type ApiKeyResponse = z.output<typeof apiKey>;

const common = { tag: 'api-keys', errors: 'jobs' } as const;

export const createApiKey = operation({
  ...common,
  summary: 'Create an API key; the key itself is shown this once',
  status: 201,
  body: z.strictObject({
    name: z.string().trim().min(1).max(255),
    scopes: z.array(z.string().min(1).max(100)).min(1, 'must name at least one scope').max(100),
    expires_in_days: z.int().min(1).max(3_650).optional(),
    /** If given, it must be the caller's own. */
    project_id: z.string().max(100).optional(),
  }),
  response: apiKey.extend({ key: z.string() }),
});
export const listApiKeys = operation({
  ...common,
  summary: 'List the API keys of the project',
  response: z.array(apiKey),
});
export const revokeApiKey = operation({
  ...common,
  summary: 'Revoke an API key',
  status: 204,
  params: z.object({ id: idParam }),
});

/** A key as the API shows it: never the key itself, nor its hash. Absent facts are left out (contracts/jobs.md A.1). */
export function toApiKeyResponse(view: ApiKeyView, project: string): ApiKeyResponse {
  const { expiresAt, lastUsedAt, revokedAt } = view;
  return {
    id: view.id,
    project_id: project,
    name: view.name,
    key_prefix: view.keyPrefix,
    scopes: [...view.scopes],
    created_at: view.createdAt,
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
    ...(lastUsedAt !== undefined && { last_used_at: lastUsedAt }),
    ...(revokedAt !== undefined && { revoked_at: revokedAt }),
  };
}
