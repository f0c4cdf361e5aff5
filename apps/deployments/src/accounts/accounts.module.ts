import { Module } from '@nestjs/common';

import { EgressGithubClient } from './adapters/egress-github-client';
import { PostgresRevocationList } from './adapters/postgres-revocation-list';
import { ScryptPasswordHasher } from './adapters/scrypt-password-hasher';
import { TypeormApiKeyStore } from './adapters/typeorm-api-key-store';
import { TypeormUserStore } from './adapters/typeorm-user-store';
import { AccountsController } from './api/accounts.controller';
import { ApiKeysController } from './api/api-keys.controller';
import { ApiKeyStore } from './application/api-key-store.port';
import { ApiKeysHandler } from './application/api-keys.handler';
import { AuthenticateHandler } from './application/authenticate.handler';
import { CreateApiKeyHandler } from './application/create-api-key.handler';
import { GetAccountHandler } from './application/get-account.handler';
import { GithubClient } from './application/github-client.port';
import { GithubLoginHandler } from './application/github-login.handler';
import { PasswordHasher } from './application/password-hasher.port';
import { RegisterUserHandler } from './application/register-user.handler';
import { ResolveApiKeyHandler } from './application/resolve-api-key.handler';
import { RevocationList } from './application/revocation-list.port';
import { RevokeTokenHandler } from './application/revoke-token.handler';
import { UserStore } from './application/user-store.port';

/** Users, sessions and API keys. */
@Module({
  controllers: [AccountsController, ApiKeysController],
  providers: [
    { provide: UserStore, useClass: TypeormUserStore },
    { provide: ApiKeyStore, useClass: TypeormApiKeyStore },
    { provide: RevocationList, useClass: PostgresRevocationList },
    { provide: PasswordHasher, useClass: ScryptPasswordHasher },
    { provide: GithubClient, useClass: EgressGithubClient },
    RegisterUserHandler,
    GithubLoginHandler,
    AuthenticateHandler,
    GetAccountHandler,
    RevokeTokenHandler,
    CreateApiKeyHandler,
    ApiKeysHandler,
    ResolveApiKeyHandler,
  ],
})
export class AccountsModule {}
