const secrets = new Set<string>();

/** Shorter ones would take words out of messages; access tokens have a hundred characters and more. */
const shortestSecret = 16;

/**
 * Keeps a token from everything that people and programs get to read: messages, journals, reports and JSON. The org may
 * repeat in an answer what it was sent. Exported records and the cells of rows stay as they are.
 */
export function keepSecret(token: string): void {
  // What follows the org's id is the key: `00D…!AQ…`.
  for (const secret of [token, token.slice(token.indexOf('!') + 1)])
    if (secret.length >= shortestSecret) secrets.add(secret);
}

/**
 * The same for every access token in texts that a person has typed or set, before anything can go wrong with them.
 * Tokens are `00D…!…`, or JSON web tokens (Salesforce help: JWT-based access tokens).
 */
export function keepSecretsIn(texts: ReadonlyArray<string | undefined>): void {
  for (const text of texts) for (const [token] of text?.matchAll(accessToken) ?? []) keepSecret(token);
}

const accessToken = /00D[a-zA-Z0-9]{12,15}![\w.]+|eyJ[\w-]+\.[\w-]+\.[\w-]+/g;

/** The text, with a placeholder for each token that is kept secret. */
export function withoutSecrets(text: string): string {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, '[access token]');
  return clean;
}
