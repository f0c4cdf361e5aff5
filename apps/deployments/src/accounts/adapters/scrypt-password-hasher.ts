import { Injectable } from '@nestjs/common';
import { hashPassword, verifyPassword } from '@runnel/auth';
import { UnavailableError } from '@runnel/errors';

import { PasswordHasher } from '../application/password-hasher.port';

/** One takes 16 MiB and a quarter of a second of one core; more at once would only starve the rest. */
const AT_ONCE = 2;
/** More than that would not be answered within the askers' five seconds. */
const MAX_WAITING = 16;

/** @throws UnavailableError when too many are waiting already */
@Injectable()
export class ScryptPasswordHasher extends PasswordHasher {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  hash(password: string): Promise<string> {
    return this.inTurn(() => hashPassword(password));
  }

  verify(password: string, stored: string | undefined): Promise<boolean> {
    return this.inTurn(() => verifyPassword(password, stored));
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= AT_ONCE) await this.turn();
    else this.running += 1;
    try {
      return await work();
    } finally {
      // The place is handed over, so `running` stays; without a successor it becomes free.
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }

  private turn(): Promise<void> {
    if (this.waiting.length >= MAX_WAITING) {
      throw new UnavailableError('accounts', 'too many logins at once; try again shortly');
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
