import { Injectable } from '@nestjs/common';
import { DomainError } from '@runnel/errors';
import type { Account } from '@runnel/messaging';

import { toAccount } from './account-view';
import { UserStore } from './user-store.port';

/** Looks a session's user up again: for a refreshed token, or `/me`. */
@Injectable()
export class GetAccountHandler {
  constructor(private readonly users: UserStore) {}

  /** @throws DomainError NOT_FOUND when there is no such user, or not in that project */
  async handle(request: { userId: string; project: string }): Promise<Account> {
    const found = await this.users.findMember(request.userId, request.project);
    if (!found) throw new DomainError('NOT_FOUND', 'there is no such account');
    return toAccount(found.user, found.membership);
  }
}
