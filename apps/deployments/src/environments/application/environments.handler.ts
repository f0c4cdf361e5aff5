import { Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import { DomainError } from '@runnel/errors';
import { isId, newId } from '@runnel/ids';
import type { EnvironmentView } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { Transactions } from '../../storage/transactions';
import {
  assertVariables,
  type Environment,
  environmentNotFound,
  limitExceeded,
  MAX_ENVIRONMENTS,
} from '../domain/environment';
import { EnvironmentStore } from './environment-store.port';
import { toEnvironmentView } from './environment-view';
import { SecretStore } from './secret-store.port';

interface Changes {
  readonly name?: string | undefined;
  readonly variables?: Readonly<Record<string, string>> | undefined;
}

/** Environments of a project (contracts/automation.md E.6). The default one is there from the first look. */
@Injectable()
export class EnvironmentsHandler {
  constructor(
    private readonly environments: EnvironmentStore,
    private readonly secrets: SecretStore,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** The default one first. @throws DomainError FORBIDDEN */
  async list(identity: Identity): Promise<readonly EnvironmentView[]> {
    assertAllowed(identity, PERMISSIONS['list-environments']);
    await this.environments.ensureDefault(identity.project, this.clock.now());
    return (await this.environments.list(identity.project)).map(toEnvironmentView);
  }

  /** @throws DomainError FORBIDDEN, ENVIRONMENT_NOT_FOUND */
  async get(identity: Identity, id: string): Promise<EnvironmentView> {
    assertAllowed(identity, PERMISSIONS['get-environment']);
    const found = isId('environment', id)
      ? await this.environments.find(identity.project, id)
      : undefined;
    if (!found) throw environmentNotFound();
    return toEnvironmentView(found);
  }

  /**
   * A new environment, with the keys of the project's connections in it.
   * @throws DomainError FORBIDDEN, ENVIRONMENT_EXISTS, LIMIT_EXCEEDED; InvalidInputError VALIDATION
   */
  async create(
    identity: Identity,
    name: string,
    variables: Readonly<Record<string, string>>,
  ): Promise<EnvironmentView> {
    assertAllowed(identity, PERMISSIONS['create-environment']);
    assertVariables(variables);
    const { project } = identity;
    const now = this.clock.now();
    const times = { createdAt: now, updatedAt: now };
    const created = {
      id: newId('environment'),
      project,
      name,
      variables,
      isDefault: false,
      ...times,
    };
    await this.transactions.inTransaction(async () => {
      const defaultId = await this.environments.ensureDefault(project, now);
      await this.environments.lock(project, defaultId); // creations of one project are counted one after the other
      if ((await this.environments.list(project)).length >= MAX_ENVIRONMENTS) {
        throw limitExceeded(`a project can have ${MAX_ENVIRONMENTS} environments`);
      }
      await this.environments.add(created);
      await this.copySeeds({ id: defaultId, project }, created, now);
    });
    return toEnvironmentView(created);
  }

  /** Variables, if given, replace all there were. @throws like `create`, and ENVIRONMENT_NOT_FOUND */
  update(identity: Identity, id: string, { name, variables }: Changes): Promise<EnvironmentView> {
    assertAllowed(identity, PERMISSIONS['update-environment']);
    return this.change(identity.project, id, (before) => ({
      ...before,
      name: name ?? before.name,
      variables: variables ?? before.variables,
    }));
  }

  /** @throws DomainError FORBIDDEN, ENVIRONMENT_NOT_FOUND, LIMIT_EXCEEDED; InvalidInputError VALIDATION */
  putVariable(
    identity: Identity,
    id: string,
    name: string,
    value: string,
  ): Promise<EnvironmentView> {
    assertAllowed(identity, PERMISSIONS['put-variable']);
    assertVariables({ [name]: value });
    return this.change(identity.project, id, (before) => ({
      ...before,
      variables: { ...before.variables, [name]: value },
    }));
  }

  /** @throws DomainError FORBIDDEN, ENVIRONMENT_NOT_FOUND, VARIABLE_NOT_FOUND */
  async deleteVariable(identity: Identity, id: string, name: string): Promise<void> {
    assertAllowed(identity, PERMISSIONS['delete-variable']);
    await this.change(identity.project, id, (before) => {
      if (!Object.hasOwn(before.variables, name)) {
        throw new DomainError('VARIABLE_NOT_FOUND', 'Variable not found');
      }
      const kept = Object.entries(before.variables).filter(([held]) => held !== name);
      return { ...before, variables: Object.fromEntries(kept) };
    });
  }

  /** @throws DomainError FORBIDDEN, ENVIRONMENT_NOT_FOUND, DEFAULT_ENVIRONMENT, ENVIRONMENT_IN_USE */
  async delete(identity: Identity, id: string): Promise<void> {
    assertAllowed(identity, PERMISSIONS['delete-environment']);
    await this.transactions.inTransaction(async () => {
      const { isDefault } = await this.locked(identity.project, id);
      if (isDefault) {
        throw new DomainError('DEFAULT_ENVIRONMENT', 'the default environment cannot be deleted');
      }
      if (await this.environments.isInUse(id)) {
        const message = 'deployments are bound to it; deploy them to another environment first';
        throw new DomainError('ENVIRONMENT_IN_USE', message);
      }
      await this.environments.remove(id);
    });
  }

  private change(
    project: string,
    id: string,
    change: (before: Environment) => Environment,
  ): Promise<EnvironmentView> {
    return this.transactions.inTransaction(async () => {
      const after = { ...change(await this.locked(project, id)), updatedAt: this.clock.now() };
      assertVariables(after.variables);
      await this.environments.save(after);
      return toEnvironmentView(after);
    });
  }

  private async locked(project: string, id: string): Promise<Environment> {
    const found = isId('environment', id) ? await this.environments.lock(project, id) : undefined;
    if (!found) throw environmentNotFound();
    return found;
  }

  private async copySeeds(
    from: Pick<Environment, 'id' | 'project'>,
    to: Pick<Environment, 'id' | 'project'>,
    now: Date,
  ): Promise<void> {
    for (const { name, value, connectionId } of await this.secrets.open(from)) {
      if (connectionId !== undefined) {
        await this.secrets.put(to, { name, value, connectionId }, now);
      }
    }
  }
}
