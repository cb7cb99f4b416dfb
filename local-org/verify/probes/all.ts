import type { Probe } from '../probe.ts';
import { fileErrors } from './file-errors.ts';
import { ids } from './ids.ts';
import { jobInfos } from './job-infos.ts';
import { jobRequests } from './job-requests.ts';
import { personAccounts } from './person-accounts.ts';
import { queries } from './queries.ts';
import { rest } from './rest.ts';
import { results } from './results.ts';
import { rights } from './rights.ts';
import { rowErrors } from './row-errors.ts';

/** Every fact that an org is asked for. */
export const probes: readonly Probe[] = [
  ...jobRequests,
  ...rights,
  ...jobInfos,
  ...fileErrors,
  ...rowErrors,
  ...ids,
  ...personAccounts,
  ...results,
  ...queries,
  ...rest,
];
