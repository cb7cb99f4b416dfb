import type { RunOrg } from '../../run/record.js';

/**
 * What a sandbox adds to the username of each user that it takes over from production: a dot and its own name (Salesforce
 * Help: Sandboxes). The name is in the sandbox's address, behind two hyphens; where it is not, it is what the name of
 * whoever is logged in ends in.
 */
export function sandboxSuffix({
  instanceUrl,
  username,
}: Pick<RunOrg, 'instanceUrl' | 'username'>): string | undefined {
  const [, inAddress] = /--([^.]+)\./.exec(new URL(instanceUrl).hostname) ?? [];
  return (inAddress ?? username?.split('.').at(-1))?.toLowerCase();
}

/** What a user of the source may be called in the target, the likeliest first, in small letters. */
export function usernamesFor(
  username: string,
  suffixes: { readonly source?: string | undefined; readonly target?: string | undefined },
): string[] {
  const exact = username.toLowerCase();
  const inProduction = withoutSuffix(exact, suffixes.source);
  const inTarget = suffixes.target === undefined ? [] : [`${inProduction}.${suffixes.target}`];
  return [...new Set([exact, ...inTarget, inProduction])];
}

/** Of a username in small letters. */
export function withoutSuffix(username: string, suffix: string | undefined): string {
  return suffix !== undefined && username.endsWith(`.${suffix}`)
    ? username.slice(0, -suffix.length - 1)
    : username;
}
