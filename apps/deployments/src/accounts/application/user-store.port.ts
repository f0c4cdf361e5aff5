import type { Role } from '@runnel/auth';

export interface User {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  /** May administer the installation; roles in projects are memberships. */
  readonly isAdmin: boolean;
  readonly createdAt: Date;
}

export interface Membership {
  readonly project: string;
  readonly role: Role;
}

export interface NewUser extends User {
  /** Unique over all users. */
  readonly emailKey: string;
  readonly passwordHash: string;
}

export interface NewProject {
  readonly id: string;
  readonly name: string;
}

/** Who a user is at a provider they log in with. */
export interface ExternalLogin {
  readonly provider: string;
  readonly subject: string;
}

/** Users and the projects they belong to. */
export abstract class UserStore {
  /**
   * Adds a user and a project of which they are admin, both or neither.
   * @throws DomainError EMAIL_ALREADY_EXISTS
   */
  abstract addWithProject(
    user: NewUser,
    project: NewProject,
    external?: ExternalLogin,
  ): Promise<void>;
  /** Whom a provider knows by that id, with their oldest membership. */
  abstract findExternal(
    provider: string,
    subject: string,
  ): Promise<{ user: User; membership: Membership } | undefined>;
  /** With the password's hash and their oldest membership. */
  abstract findByEmailKey(
    emailKey: string,
  ): Promise<{ user: User; passwordHash: string; membership: Membership } | undefined>;
  abstract findMember(
    userId: string,
    project: string,
  ): Promise<{ user: User; membership: Membership } | undefined>;
}
