import { Messages } from '@salesforce/core';
import { copyHasSent, copyStatusOf, needsSource } from '../../lib/copy/account.js';
import { resumeCopy, type AskForCopy } from '../../lib/copy/copy.js';
import { Bulk2Error, UsageError } from '../../lib/errors.js';
import type { WaitFor } from '../../lib/jobs/deadline.js';
import { isSameOrg, orgOf } from '../../lib/run/org.js';
import { endOf, isFinished, type RunView } from '../../lib/run/store.js';
import { contextOf, type OrgContext } from '../org-context.js';
import { orgOfRun } from '../org-of-job.js';
import { goOnText } from '../go-on-text.js';
import type { CopyReport } from './copy-report.js';
import type { CopySession } from './copy-session.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.copy');

export type Continuing = {
  readonly run: RunView;
  /** Of the org that the copy goes into. */
  readonly target: OrgContext;
  readonly wait: WaitFor;
  readonly isRetry: boolean;
  /** Of the files with what is retried, where they are no longer in UTF-8. */
  readonly encoding?: string | undefined;
};

/**
 * Resumes a copy, or sends what it has left.
 * @throws UsageError its source can't be reached, or nobody has agreed to what it would send
 */
export async function continueCopy(
  session: CopySession,
  { run, target, wait, isRetry, encoding }: Continuing,
): Promise<CopyReport> {
  const { runId, records } = run;
  const [first] = records;
  session.isContinued = true;
  session.runId = runId;
  session.hadSent = await copyHasSent(run, target.store);
  if (first?.type !== 'copy') throw new TypeError('This run is not a copy.');
  if (endOf(records)?.isAborted === true) {
    session.forget();
    throw wasAborted(run, session.hadSent);
  }
  if (isFinished(records) && !isRetry) {
    session.inOrgs({ target });
    return session.finish(copyStatusOf(runId, records));
  }
  const source = await sourceFor(run, target);
  try {
    const contexts = { target, ...(source === undefined ? {} : { source }) };
    session.inOrgs(contexts);
    const agree = async (surveyed: Surveyed): Promise<void> => {
      if (surveyed.plan.isAgreed) {
        await session.showPlan(surveyed);
        return;
      }
      throw new UsageError(messages.getMessage('error.NotAgreed', [runId]), {
        actions: [messages.getMessage('action.StartAgain')],
      });
    };
    const { events } = session;
    return await session.finish(await resumeCopy(run, { events, wait, agree, isRetry, encoding }, contexts));
  } finally {
    if (source !== target) await source?.close();
  }
}

/** The org that the records come from, as long as the copy still has to read something there. Into a folder it is the only one. */
async function sourceFor({ runId, records }: RunView, target: OrgContext): Promise<OrgContext | undefined> {
  const [first] = records;
  if (first?.type !== 'copy' || first.source === undefined || !needsSource(records)) return undefined;
  return first.plan.output === undefined ? sourceOf(runId, first.source, target) : target;
}

/** What it had sent by then stays; the rest can't be sent any more. */
function wasAborted({ runId, records }: RunView, hadSent: boolean): Bulk2Error {
  const data = { runId };
  if (!hadSent) {
    const facts = [runId, endOf(records)?.reason ?? ''];
    return new Bulk2Error(messages.getMessage('error.AbortedUnsent', facts), {
      actions: [messages.getMessage('action.StartAgain')],
      data,
    });
  }
  const { plan, hasIds } = copyStatusOf(runId, records);
  const goOn = hasIds ? goOnText(plan) : [];
  const actions = goOn.length > 0 ? goOn : [messages.getMessage('action.CopyRest')];
  return new Bulk2Error(messages.getMessage('error.Aborted', [runId]), {
    actions: [messages.getMessage('action.AbortedReport', [runId]), ...actions],
    data,
  });
}

type Surveyed = Parameters<AskForCopy>[0];
type RunOrg = Parameters<typeof orgOfRun>[0];

/** @throws UsageError the org isn't known here, or is another one than the copy began with */
async function sourceOf(runId: string, began: RunOrg, { signal }: OrgContext): Promise<OrgContext> {
  const { username, instanceUrl } = began;
  const org = await orgOfRun(began, () => ({
    message: messages.getMessage('error.SourceLoggedOut', [runId, username ?? 'a token', instanceUrl]),
    actions: [messages.getMessage('action.LogInToSource', [instanceUrl])],
  }));
  const context = await contextOf(org, began.apiVersion, signal ?? new AbortController().signal);
  if (isSameOrg(await orgOf(context), began)) return context;
  await context.close();
  throw new UsageError(
    messages.getMessage('error.OtherSource', [runId, began.username ?? began.instanceUrl]),
  );
}
