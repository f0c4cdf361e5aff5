import { Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import { DomainError } from '@runnel/errors';
import { isId } from '@runnel/ids';
import type { SecretView } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { Transactions } from '../../storage/transactions';
import { assertSecretValue, assertValueName, environmentNotFound } from '../domain/environment';
import { EnvironmentStore } from './environment-store.port';
import { toSecretView } from './environment-view';
import { SecretStore } from './secret-store.port';

/** Secrets of an environment: written, listed by name, deleted; never shown. */
@Injectable()
export class SecretsHandler {
  constructor(
    private readonly environments: EnvironmentStore,
    private readonly secrets: SecretStore,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError FORBIDDEN, ENVIRONMENT_NOT_FOUND */
  async list(identity: Identity, environmentId: string): Promise<readonly SecretView[]> {
    assertAllowed(identity, PERMISSIONS['list-secrets']);
    const found = isId('environment', environmentId)
      ? await this.environments.find(identity.project, environmentId)
      : undefined;
    if (!found) throw environmentNotFound();
    return (await this.secrets.names(found.id)).map(toSecretView);
  }

  /** @throws DomainError FORBIDDEN, ENVIRONMENT_NOT_FOUND, LIMIT_EXCEEDED; InvalidInputError VALIDATION */
  put(identity: Identity, environmentId: string, name: string, value: string): Promise<SecretView> {
    assertAllowed(identity, PERMISSIONS['put-secret']);
    assertValueName(name);
    assertSecretValue(value);
    return this.transactions.inTransaction(async () => {
      const environment = await this.locked(identity, environmentId);
      const updatedAt = this.clock.now();
      await this.secrets.put(environment, { name, value }, updatedAt);
      return toSecretView({ name, updatedAt });
    });
  }

  /** @throws DomainError FORBIDDEN, ENVIRONMENT_NOT_FOUND, SECRET_NOT_FOUND */
  async delete(identity: Identity, environmentId: string, name: string): Promise<void> {
    assertAllowed(identity, PERMISSIONS['delete-secret']);
    await this.transactions.inTransaction(async () => {
      const { id } = await this.locked(identity, environmentId);
      if (await this.secrets.remove(id, name)) return;
      throw new DomainError('SECRET_NOT_FOUND', 'Secret not found');
    });
  }

  private async locked({ project }: Identity, id: string) {
    const found = isId('environment', id) ? await this.environments.lock(project, id) : undefined;
    if (!found) throw environmentNotFound();
    return found;
  }
}
