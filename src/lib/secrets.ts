const secrets = new Set<string>();

/** Shorter ones would take words out of messages; access tokens have a hundred characters and more. */
const shortestSecret = 16;

/**
 * Keeps a token from everything that people and programs get to read: messages, journals, reports and JSON. The org may
 * repeat in an answer what it was sent. Exported records and the cells of rows stay as they are.
 */
export function keepSecret(token: string): void {
  // What follows the org's id is the key: `00D…!AQ…`.
  const key = token.slice(token.indexOf('!') + 1);
  for (const secret of [token, key]) if (secret.length >= shortestSecret) secrets.add(secret);
  if (key.length >= shortestSecret) for (const secret of inBase64(key)) secrets.add(secret);
}

/** How a text looks inside of something that is encoded in Base64: that depends on how many bytes are before it. */
function inBase64(text: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    // Characters at both ends have bits of what is around the text.
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor((bytes.length * 8) / 6);
    return (['base64', 'base64url'] as const).map((encoding) => bytes.toString(encoding).slice(from, to));
  });
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
