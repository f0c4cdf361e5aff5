import { DomainError, InvalidInputError } from '@runnel/errors';

export type Auth =
  | { readonly scheme: 'bearer'; readonly field?: string | undefined }
  | {
      readonly scheme: 'header';
      readonly header: string;
      readonly prefix?: string | undefined;
      readonly field?: string | undefined;
    }
  | {
      readonly scheme: 'basic';
      readonly usernameField?: string | undefined;
      readonly passwordField?: string | undefined;
    };

/** What proves who we are. Only ever in memory and in an encrypted column. */
export type Credential =
  | { readonly kind: 'api_key'; readonly apiKey: string }
  | { readonly kind: 'multi_field'; readonly fields: Readonly<Record<string, string>> }
  | {
      readonly kind: 'oauth';
      readonly accessToken: string;
      readonly refreshToken?: string | undefined;
      /** ISO 8601; absent when the provider did not say. */
      readonly expiresAt?: string | undefined;
    };

export interface Connection {
  readonly id: string;
  readonly project: string;
  readonly provider: string;
  readonly displayName: string;
  readonly type: Credential['kind'];
  readonly status: 'active' | 'expired' | 'revoked' | 'invalid';
  readonly scopes: readonly string[] | null;
  readonly allowedHosts: readonly string[];
  readonly auth: Auth;
  readonly credential: Credential;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const MAX_CONNECTIONS = 200;
export const MAX_CREDENTIAL_CHARS = 8_192;
export const MAX_FIELDS = 20;

/** Missing, or of another project: the same words for both. */
export function connectionNotFound(): DomainError {
  return new DomainError('CONNECTION_NOT_FOUND', 'Connection not found');
}

export function hostNotAllowed(): DomainError {
  const message =
    "the connection's credential may not be sent to this host; list it in allowedHosts of the connection";
  return new DomainError('CONNECTION_HOST_NOT_ALLOWED', message);
}

export function expired(): DomainError {
  return new DomainError(
    'CONNECTION_EXPIRED',
    'the authorization of the connection has ended; connect again',
  );
}

export function invalid(field: string, why: string): InvalidInputError {
  return new InvalidInputError('VALIDATION', `${field} ${why}`, { field });
}

/** Control characters could end a header line. */
export function isHeaderText(text: string): boolean {
  return /^[\x20-\x7e\x80-\xff]*$/.test(text);
}
