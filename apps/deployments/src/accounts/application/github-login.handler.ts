import { randomBytes } from 'node:crypto';

import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@runnel/errors';
import { newId } from '@runnel/ids';
import type { Account } from '@runnel/messaging';

import { Clock } from '../../clock/clock';
import { CONFIG, type DeploymentsConfig } from '../../config';
import { emailKey } from '../domain/registration';
import { toAccount } from './account-view';
import { GithubClient, type GithubUser } from './github-client.port';
import { PasswordHasher } from './password-hasher.port';
import { type NewUser, UserStore } from './user-store.port';

const PROVIDER = 'github';
const MAX_NAME = 100;

/** Logs in whom GitHub vouches for; the first time makes their account. */
@Injectable()
export class GithubLoginHandler {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<DeploymentsConfig, 'registration'>,
    private readonly users: UserStore,
    private readonly passwords: PasswordHasher,
    private readonly github: GithubClient,
    private readonly clock: Clock,
  ) {}

  /**
   * An e-mail that an account has already is no proof that it is the same person: e-mails of local accounts are not
   * verified, and whoever registered one first must not get into the account of its owner, nor the owner into theirs.
   * @throws DomainError OAUTH_NOT_CONFIGURED, OAUTH_FAILED, EMAIL_ALREADY_EXISTS, REGISTRATION_CLOSED
   */
  async handle(code: string): Promise<Account> {
    const github = await this.github.identify(code);
    const known = await this.users.findExternal(PROVIDER, github.id);
    if (known) return toAccount(known.user, known.membership);
    if (this.config.registration === 'closed') {
      throw new DomainError('REGISTRATION_CLOSED', 'registration is closed; ask an administrator');
    }
    return this.register(github);
  }

  private async register({ id, name, email }: GithubUser): Promise<Account> {
    const [firstName = '', ...rest] = name.trim().split(/\s+/);
    const user: NewUser = {
      id: newId('user'),
      email,
      emailKey: emailKey(email),
      firstName: firstName.slice(0, MAX_NAME),
      lastName: rest.join(' ').slice(0, MAX_NAME),
      isAdmin: false,
      // Nobody knows it: the account is entered by GitHub alone.
      passwordHash: await this.passwords.hash(randomBytes(32).toString('hex')),
      createdAt: this.clock.now(),
    };
    const project = { id: newId('project'), name: name.slice(0, 2 * MAX_NAME) };
    await this.users.addWithProject(user, project, { provider: PROVIDER, subject: id });
    return toAccount(user, { project: project.id, role: 'admin' });
  }
}
