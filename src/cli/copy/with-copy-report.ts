import { Messages } from '@salesforce/core';
import type { RunStore } from '../../lib/run/store.js';
import type { Told } from '../report/notes.js';
import type { CopyReport } from './copy-report.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.load');

type Reporting = {
  /** Absolute; absent when no report was asked for. */
  readonly path: string | undefined;
  readonly store: RunStore;
  /** Undefined until the copy has begun. */
  readonly runId: () => string | undefined;
  readonly voice: { log(text: string): void; warn(text: string): void };
};

/** Does the work of a copy and writes its report, however the work ends. */
export async function withCopyReport(
  { path, store, runId, voice }: Reporting,
  work: () => Promise<CopyReport>,
): Promise<CopyReport> {
  if (path === undefined) return work();
  try {
    const report = await work();
    return { ...report, ...(await write(path, {})) };
  } catch (error) {
    await write(path, { error });
    throw error;
  }

  /** Never stands in the way of what the copy itself has to say. */
  async function write(to: string, told: Told): Promise<Pick<CopyReport, 'reportFilePath'>> {
    try {
      const run = await store.find(runId() ?? '');
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
