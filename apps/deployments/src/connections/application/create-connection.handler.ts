import { Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import { DomainError } from '@runnel/errors';
import { newId } from '@runnel/ids';
import type { ConnectionView } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { SecretSeeds } from '../../environments/secret-seeds';
import { Transactions } from '../../storage/transactions';
import { checkedHosts } from '../domain/allowed-hosts';
import { assertAuth, guessedAuth, hostsOfFields } from '../domain/authenticate-request';
import { type Auth, type Connection, type Credential, MAX_CONNECTIONS } from '../domain/connection';
import { assertCredential } from '../domain/check-credential';
import { knownProvider, seededSecretName } from '../domain/known-providers';
import { ConnectionStore } from './connection-store.port';
import { toConnectionView } from './connection-view';

/** What is said of any new connection. */
export interface NewConnection {
  readonly provider: string;
  readonly displayName?: string | undefined;
  readonly allowedHosts?: readonly string[] | undefined;
  readonly auth?: Auth | undefined;
}

/** Makes connections of keys and of fields (contracts/automation.md E.5). */
@Injectable()
export class CreateConnectionHandler {
  constructor(
    private readonly connections: ConnectionStore,
    private readonly seeds: SecretSeeds,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /**
   * The key also becomes a secret in all environments of the project, unless `seedSecret` is false.
   * @throws DomainError FORBIDDEN, LIMIT_EXCEEDED; InvalidInputError VALIDATION
   */
  apiKey(
    identity: Identity,
    fields: NewConnection & { readonly apiKey: string; readonly seedSecret: boolean },
  ): Promise<ConnectionView> {
    assertAllowed(identity, PERMISSIONS['create-api-key-connection']);
    const { apiKey, seedSecret } = fields;
    const known = knownProvider(fields.provider);
    const credential: Credential = { kind: 'api_key', apiKey };
    const hosts = fields.allowedHosts ?? known.allowedHosts;
    const auth = fields.auth ?? known.auth;
    return this.create(identity, fields, credential, hosts, auth, seedSecret ? apiKey : undefined);
  }

  /** @throws DomainError FORBIDDEN, LIMIT_EXCEEDED; InvalidInputError VALIDATION */
  multiField(
    identity: Identity,
    given: NewConnection & { readonly fields: Readonly<Record<string, string>> },
  ): Promise<ConnectionView> {
    assertAllowed(identity, PERMISSIONS['create-multi-field-connection']);
    const { fields, auth } = given;
    const credential: Credential = { kind: 'multi_field', fields };
    const hosts = given.allowedHosts ?? [
      ...hostsOfFields(fields),
      ...knownProvider(given.provider).allowedHosts,
    ];
    return this.create(identity, given, credential, hosts, auth, undefined);
  }

  private async create(
    identity: Identity,
    { provider, displayName }: NewConnection,
    credential: Credential,
    hosts: readonly string[],
    auth: Auth | undefined,
    seed: string | undefined,
  ): Promise<ConnectionView> {
    assertCredential(credential);
    const { project } = identity;
    const now = this.clock.now();
    const connection: Connection = {
      id: newId('connection'),
      project,
      provider,
      displayName: displayName ?? provider,
      type: credential.kind,
      status: 'active',
      scopes: null,
      allowedHosts: checkedHosts(hosts),
      auth: auth ?? guessedAuth(credential),
      credential,
      createdBy: identity.id,
      createdAt: now,
      updatedAt: now,
    };
    assertAuth(connection.auth, credential);
    await this.transactions.inTransaction(async () => {
      await addConnection(this.connections, connection);
      if (seed === undefined) return;
      const name = seededSecretName(provider);
      await this.seeds.seed({ project, connectionId: connection.id, name, value: seed }, now);
    });
    return toConnectionView(connection);
  }
}

/** @throws DomainError LIMIT_EXCEEDED */
export async function addConnection(store: ConnectionStore, connection: Connection): Promise<void> {
  if (await store.add(connection, MAX_CONNECTIONS)) return;
  throw new DomainError('LIMIT_EXCEEDED', `a project can have ${MAX_CONNECTIONS} connections`);
}
