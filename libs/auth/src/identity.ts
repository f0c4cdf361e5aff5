/** Roles a user can hold in a project (contracts/pipelines.md A.9). */
export const ROLES = ['admin', 'editor', 'operator', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/**
 * Who is asking, as one credential proved it. The project comes from here and from nowhere else
 * (DESIGN, "Safety"): a project named in a body or a query is compared with it, never trusted.
 */
export type Identity =
  | { readonly kind: 'user'; readonly id: string; readonly project: string; readonly role: Role }
  | {
      readonly kind: 'api_key';
      readonly id: string;
      readonly project: string;
      /** contracts/jobs.md A.6; `*` grants all. */
      readonly scopes: readonly string[];
    };
