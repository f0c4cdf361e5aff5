import type { ConnectionView } from '@runnel/messaging';

import type { Auth, Connection } from '../domain/connection';

/** A connection as its API shows it: without its credential. */
export function toConnectionView(connection: Connection): ConnectionView {
  const { scopes, credential } = connection;
  return {
    id: connection.id,
    provider: connection.provider,
    displayName: connection.displayName,
    type: connection.type,
    status: connection.status,
    ...(scopes === null ? {} : { scopes }),
    allowedHosts: connection.allowedHosts,
    auth: toAuthView(connection.auth),
    ...(credential.kind === 'multi_field' ? { fields: Object.keys(credential.fields) } : {}),
    createdAt: connection.createdAt.toISOString(),
    updatedAt: connection.updatedAt.toISOString(),
  };
}

function toAuthView(auth: Auth): ConnectionView['auth'] {
  switch (auth.scheme) {
    case 'bearer':
      return { scheme: 'bearer', ...(auth.field === undefined ? {} : { field: auth.field }) };
    case 'header': {
      const { scheme, header, prefix, field } = auth;
      return {
        scheme,
        header,
        ...(prefix === undefined ? {} : { prefix }),
        ...(field === undefined ? {} : { field }),
      };
    }
    case 'basic': {
      const { scheme, usernameField, passwordField } = auth;
      return {
        scheme,
        ...(usernameField === undefined ? {} : { usernameField }),
        ...(passwordField === undefined ? {} : { passwordField }),
      };
    }
  }
}
