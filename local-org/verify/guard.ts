import { OrgHttp, type Access } from './http.ts';
import { UsageError } from './usage-error.ts';

type Organization = {
  readonly Id: string;
  readonly Name: string;
  readonly IsSandbox: boolean;
  readonly OrganizationType: string;
};

/**
 * Refuses every org but sandboxes, which scratch orgs are too, and Developer Edition orgs.
 * @returns what the org is: `Developer Edition 00D…`
 * @throws UsageError that names the org
 */
export async function checkOrg(access: Access): Promise<string> {
  const soql = 'SELECT Id, Name, IsSandbox, OrganizationType FROM Organization';
  const { status, text } = await new OrgHttp(access).ask(`GET query?q=${encodeURIComponent(soql)}`);
  if (status !== 200)
    throw new UsageError(`${access.url} does not say what it is (${status}): ${text.slice(0, 200)}`);
  const [org] = (JSON.parse(text) as { records: Organization[] }).records;
  if (org === undefined)
    throw new UsageError(`${access.url} has no Organization record: it may be anything.`);
  const kind = org.IsSandbox ? 'sandbox or scratch org' : org.OrganizationType;
  if (org.IsSandbox || org.OrganizationType === 'Developer Edition') return `${kind} ${org.Id}`;
  throw new UsageError(
    `"${org.Name}" (${org.Id}) is a production org (${org.OrganizationType}). Use a scratch org, a sandbox or a Developer Edition org.`,
  );
}
