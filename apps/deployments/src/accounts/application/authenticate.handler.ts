import { Injectable } from '@nestjs/common';
import { DomainError } from '@runnel/errors';
import type { Account } from '@runnel/messaging';

import { emailKey } from '../domain/registration';
import { toAccount } from './account-view';
import { PasswordHasher } from './password-hasher.port';
import { UserStore } from './user-store.port';

/** Checks a login. */
@Injectable()
export class AuthenticateHandler {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: PasswordHasher,
  ) {}

  /**
   * The account of `login` (an e-mail), in its oldest project.
   * @throws DomainError INVALID_CREDENTIALS, with the same text and after the same time whatever is wrong
   */
  async handle(request: { login: string; password: string }): Promise<Account> {
    const found = await this.users.findByEmailKey(emailKey(request.login));
    const matches = await this.passwords.verify(request.password, found?.passwordHash);
    if (!found || !matches) {
      throw new DomainError('INVALID_CREDENTIALS', 'e-mail or password is wrong');
    }
    return toAccount(found.user, found.membership);
  }
}
