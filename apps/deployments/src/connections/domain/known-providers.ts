import type { Auth } from './connection';

interface KnownProvider {
  readonly allowedHosts: readonly string[];
  readonly auth: Auth;
}

const BEARER: Auth = { scheme: 'bearer' };
const key = (header: string): Auth => ({ scheme: 'header', header });

/** Where the keys of well-known providers go, and how: what one need not say when one connects. */
const KNOWN: ReadonlyMap<string, KnownProvider> = new Map<string, KnownProvider>([
  ['airtable', { allowedHosts: ['api.airtable.com'], auth: BEARER }],
  ['anthropic', { allowedHosts: ['api.anthropic.com'], auth: key('x-api-key') }],
  ['github', { allowedHosts: ['api.github.com'], auth: BEARER }],
  ['gitlab', { allowedHosts: ['gitlab.com'], auth: BEARER }],
  ['hubspot', { allowedHosts: ['api.hubapi.com'], auth: BEARER }],
  ['notion', { allowedHosts: ['api.notion.com'], auth: BEARER }],
  ['openai', { allowedHosts: ['api.openai.com'], auth: BEARER }],
  ['sendgrid', { allowedHosts: ['api.sendgrid.com'], auth: BEARER }],
  ['slack', { allowedHosts: ['slack.com'], auth: BEARER }],
  ['stripe', { allowedHosts: ['api.stripe.com'], auth: BEARER }],
]);

/** What is known of a provider; of others nothing, and their keys go nowhere until somebody says where. */
export function knownProvider(provider: string): KnownProvider {
  return KNOWN.get(provider.toLowerCase()) ?? { allowedHosts: [], auth: BEARER };
}

/** The name under which a provider's key lies among the secrets: `GITHUB_API_KEY`. */
export function seededSecretName(provider: string): string {
  const name = provider.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
  return `${/^\d/.test(name) ? '_' : ''}${name.slice(0, 100)}_API_KEY`;
}
