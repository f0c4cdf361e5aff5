import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@runnel/errors';
import { newId } from '@runnel/ids';
import type { Account } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { CONFIG, type DeploymentsConfig } from '../../config';
import { checkRegistration, emailKey, type Registration } from '../domain/registration';
import { toAccount } from './account-view';
import { PasswordHasher } from './password-hasher.port';
import { type NewUser, UserStore } from './user-store.port';

/** Makes a user and a project of their own. */
@Injectable()
export class RegisterUserHandler {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<DeploymentsConfig, 'registration'>,
    private readonly users: UserStore,
    private readonly passwords: PasswordHasher,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError REGISTRATION_CLOSED, EMAIL_ALREADY_EXISTS; InvalidInputError VALIDATION */
  async handle(request: Registration): Promise<Account> {
    if (this.config.registration === 'closed') {
      throw new DomainError('REGISTRATION_CLOSED', 'registration is closed; ask an administrator');
    }
    checkRegistration(request);
    const { email, password, firstName, lastName } = request;
    const user: NewUser = {
      id: newId('user'),
      email,
      emailKey: emailKey(email),
      firstName,
      lastName,
      isAdmin: false,
      passwordHash: await this.passwords.hash(password),
      createdAt: this.clock.now(),
    };
    const project = { id: newId('project'), name: `${firstName} ${lastName}` };
    await this.users.addWithProject(user, project);
    return toAccount(user, { project: project.id, role: 'admin' });
  }
}
