import { Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import { isId } from '@runnel/ids';
import type { ConnectionView } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { SecretSeeds } from '../../environments/secret-seeds';
import { Transactions } from '../../storage/transactions';
import { checkedHosts } from '../domain/allowed-hosts';
import { assertAuth } from '../domain/authenticate-request';
import { assertCredential } from '../domain/check-credential';
import {
  type Auth,
  type Connection,
  connectionNotFound,
  type Credential,
  invalid,
} from '../domain/connection';
import { ConnectionStore } from './connection-store.port';
import { toConnectionView } from './connection-view';

interface Changes {
  readonly displayName?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly fields?: Readonly<Record<string, string>> | undefined;
  readonly allowedHosts?: readonly string[] | undefined;
  readonly auth?: Auth | undefined;
}

/** Shows, changes and deletes connections. */
@Injectable()
export class ConnectionsHandler {
  constructor(
    private readonly connections: ConnectionStore,
    private readonly seeds: SecretSeeds,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Newest first. @throws DomainError FORBIDDEN */
  async list(identity: Identity): Promise<readonly ConnectionView[]> {
    assertAllowed(identity, PERMISSIONS['list-connections']);
    return (await this.connections.list(identity.project)).map(toConnectionView);
  }

  /** @throws DomainError FORBIDDEN, CONNECTION_NOT_FOUND */
  async get(identity: Identity, id: string): Promise<ConnectionView> {
    assertAllowed(identity, PERMISSIONS['get-connection']);
    const found = isId('connection', id)
      ? await this.connections.find(identity.project, id)
      : undefined;
    if (!found) throw connectionNotFound();
    return toConnectionView(found);
  }

  /**
   * Who changes where a credential goes, or how, must know it: it is to be given again.
   * @throws DomainError FORBIDDEN, CONNECTION_NOT_FOUND; InvalidInputError VALIDATION
   */
  update(identity: Identity, id: string, changes: Changes): Promise<ConnectionView> {
    assertAllowed(identity, PERMISSIONS['update-connection']);
    return this.transactions.inTransaction(async () => {
      const before = isId('connection', id)
        ? await this.connections.lock(identity.project, id)
        : undefined;
      if (!before) throw connectionNotFound();
      const after = changed(before, changes, this.clock.now());
      await this.connections.save(after);
      if (changes.apiKey !== undefined) await this.reseed(after, changes.apiKey);
      return toConnectionView(after);
    });
  }

  /** With the secrets that came of it. @throws DomainError FORBIDDEN, CONNECTION_NOT_FOUND */
  async delete(identity: Identity, id: string): Promise<void> {
    assertAllowed(identity, PERMISSIONS['delete-connection']);
    const removed = isId('connection', id) && (await this.connections.remove(identity.project, id));
    if (!removed) throw connectionNotFound();
  }

  private async reseed({ id, project, updatedAt }: Connection, value: string): Promise<void> {
    const name = await this.seeds.nameOf(id);
    if (name === undefined) return;
    await this.seeds.seed({ project, connectionId: id, name, value }, updatedAt);
  }
}

function changed(before: Connection, changes: Changes, updatedAt: Date): Connection {
  const { displayName, allowedHosts, auth } = changes;
  const credential = credentialOf(before, changes);
  const moves = allowedHosts !== undefined || auth !== undefined;
  if (moves && credential === undefined) {
    const field = allowedHosts === undefined ? 'auth' : 'allowedHosts';
    throw invalid(field, 'can only be changed together with the credential: give that again');
  }
  const after = {
    ...before,
    displayName: displayName ?? before.displayName,
    allowedHosts: allowedHosts === undefined ? before.allowedHosts : checkedHosts(allowedHosts),
    auth: auth ?? before.auth,
    updatedAt,
    ...(credential === undefined ? {} : { credential, status: 'active' as const }),
  };
  assertCredential(after.credential);
  assertAuth(after.auth, after.credential);
  return after;
}

function credentialOf({ type }: Connection, { apiKey, fields }: Changes): Credential | undefined {
  if (apiKey !== undefined) {
    if (type !== 'api_key') throw invalid('apiKey', 'is only for connections of type api_key');
    return { kind: 'api_key', apiKey };
  }
  if (fields === undefined) return undefined;
  if (type !== 'multi_field')
    throw invalid('fields', 'is only for connections of type multi_field');
  return { kind: 'multi_field', fields };
}
