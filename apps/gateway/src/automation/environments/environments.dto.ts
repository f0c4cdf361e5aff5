import type { EnvironmentView, SecretView } from '@runnel/messaging';
import { z } from 'zod';

import { idParam } from '../../http/query';
import { operation } from '../../http/route-declaration';
import { successSchema } from '../envelopes';

/** What is too long here is too long everywhere; the service says what else is wrong. */
const name = z.string().trim().min(1).max(100);
const variables = z.record(z.string().max(128), z.string().max(65_536));
const valueName = z.string().min(1).max(200);

const environment = z.object({
  id: z.string(),
  name: z.string(),
  variables: z.record(z.string(), z.string()),
  isDefault: z.boolean(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
const secret = z.object({ name: z.string(), updatedAt: z.string() });

export type EnvironmentResponse = z.output<typeof environment>;
export type SecretResponse = z.output<typeof secret>;

const common = { tag: 'environments', errors: 'nested' } as const;
const params = z.object({ id: idParam });
const named = z.object({ id: idParam, name: valueName });
const value = z.strictObject({ value: z.string().max(65_536) });

export const listEnvironments = operation({
  ...common,
  summary: 'List the environments of the project, the default one first',
  response: successSchema(z.array(environment)),
});
export const createEnvironment = operation({
  ...common,
  summary: 'Create an environment',
  status: 201,
  body: z.strictObject({ name, variables: variables.optional() }),
  response: successSchema(environment),
});
export const getEnvironment = operation({
  ...common,
  summary: 'Get an environment with its variables',
  params,
  response: successSchema(environment),
});
export const updateEnvironment = operation({
  ...common,
  summary: 'Rename an environment, or replace its variables',
  params,
  body: z.strictObject({ name: name.optional(), variables: variables.optional() }),
  response: successSchema(environment),
});
export const deleteEnvironment = operation({
  ...common,
  summary: 'Delete an environment; not the default one, nor one that is in use',
  status: 204,
  params,
});
export const putVariable = operation({
  ...common,
  summary: 'Set a variable',
  params: named,
  body: value,
  response: successSchema(environment),
});
export const deleteVariable = operation({
  ...common,
  summary: 'Delete a variable',
  status: 204,
  params: named,
});
export const listSecrets = operation({
  ...common,
  summary: 'List the names of the secrets; their values are never shown',
  params,
  response: successSchema(z.array(secret)),
});
export const putSecret = operation({
  ...common,
  summary: 'Set a secret',
  params: named,
  body: value,
  response: successSchema(secret),
});
export const deleteSecret = operation({
  ...common,
  summary: 'Delete a secret',
  status: 204,
  params: named,
});

/** An environment as the API shows it. */
export function toEnvironmentResponse(view: EnvironmentView): EnvironmentResponse {
  const { id, name: shown, variables: held, isDefault, createdAt, updatedAt } = view;
  return { id, name: shown, variables: { ...held }, isDefault, createdAt, updatedAt };
}

/** That there is a secret: its value is not even known here. */
export function toSecretResponse({ name: shown, updatedAt }: SecretView): SecretResponse {
  return { name: shown, updatedAt };
}
