import { Messages } from '@salesforce/core';
import type { RunStore } from '../../lib/run/store.js';
import type { Told } from '../report/notes.js';
import type { CopyReport } from './copy-report.js';
import type { CopySession } from './copy-session.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.load');

type Reporting = {
  /** Absolute; absent when no report was asked for. */
  readonly path: string | undefined;
  readonly store: RunStore;
  readonly session: CopySession;
  readonly voice: { log(text: string): void; warn(text: string): void };
};

/** Does the work of a copy, and writes its report if one was asked for; an error tells how far the copy has come. */
export async function withCopyReport(
  { path, store, session, voice }: Reporting,
  work: () => Promise<CopyReport>,
): Promise<CopyReport> {
  try {
    const report = await work();
    return path === undefined ? report : { ...report, ...(await write(path, {})) };
  } catch (error) {
    await session.recall(store, path === undefined ? {} : await write(path, { error }));
    throw error;
  }

  /** Never stands in the way of what the copy itself has to say. */
  async function write(to: string, told: Told): Promise<Pick<CopyReport, 'reportFilePath'>> {
    try {
      const run = await store.find(session.runId ?? '');
      const { copyRunPage } = await import('../report/copy-run-page.js');
      const page = run === undefined ? undefined : await copyRunPage(run, told, store);
      if (page === undefined) return {};
      const { writePage } = await import('../report/render/page.js');
      await writePage(to, page);
      voice.log(messages.getMessage('file.report', [to]));
      return { reportFilePath: to };
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      voice.warn(messages.getMessage('reportNotWritten', [reason]));
      return {};
    }
  }
}
