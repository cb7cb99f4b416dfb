import { Messages, StateAggregator, type Org } from '@salesforce/core';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.shared');

/** An org as a person knows it: `my-org (me@example.com, Developer Edition)`. Nothing is asked of the org. */
export async function orgNameOf(org: Org): Promise<string> {
  const { username, instanceUrl = '', isSandbox, isScratch } = org.getConnection().getAuthInfoFields();
  const { aliases } = await StateAggregator.getInstance();
  const alias = username === undefined ? undefined : (aliases.get(username) ?? undefined);
  const kind = isScratch === true ? 'scratch' : isSandbox === true ? 'sandbox' : kindOfHost(instanceUrl);
  const more = [
    ...(alias === undefined ? [] : [username]),
    ...(kind === undefined ? [] : [messages.getMessage(`org.${kind}`)]),
  ];
  const name = alias ?? username ?? instanceUrl;
  return more.length === 0 ? name : `${name} (${more.join(', ')})`;
}

export type KindOfOrg = 'production' | 'sandbox' | 'scratch' | 'developer' | 'playground';

/**
 * What kind of org an address is of (help: My Domain Hostnames; the older names of Developer Edition end in `-dev-ed`, and
 * those of sandboxes have `--` before the sandbox's name).
 * @returns undefined where it does not tell
 */
export function kindOfHost(instanceUrl: string): KindOfOrg | undefined {
  const host = URL.parse(instanceUrl)?.hostname ?? '';
  const [, domain = '', partition] = /^([\w-]+)(?:\.(\w+))?\.my\.salesforce\.com$/.exec(host) ?? [];
  if (domain === '') return undefined;
  if (partition === 'scratch') return 'scratch';
  if (partition === 'develop' || domain.endsWith('-dev-ed')) return 'developer';
  if (partition === 'trailblaze') return 'playground';
  if (partition === 'sandbox' || domain.includes('--')) return 'sandbox';
  return partition === undefined ? 'production' : undefined;
}
