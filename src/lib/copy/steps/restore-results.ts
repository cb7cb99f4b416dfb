import { Bulk2Error } from '../../errors.js';
import { Events } from '../../events.js';
import { isThere } from '../../files/file-facts.js';
import { collectAnew } from '../../load/collect-anew.js';
import type { LoadEvents } from '../../load/model/events.js';
import type { CopyWork } from '../model/work.js';

const kinds = ['success', 'failed', 'unprocessed'] as const;

type Mapped = CopyWork['journal']['mapped'][number];

/**
 * Collects the result files of a round's steps again that are gone, such as with their folder while the copy was at work or
 * interrupted. Those of earlier rounds are a person's to move. What can't be had again is told.
 */
export async function restoreResults(work: CopyWork): Promise<void> {
  const { journal, events } = work;
  for (const mapped of journal.mapped) {
    if (mapped.round !== journal.round) continue;
    const gone = await goneOf(mapped);
    if (gone.length === 0) continue;
    const names = gone.join(', ');
    try {
      await collect(work, mapped, gone);
      events.emit('warning', `Result files were gone, and were collected from the org again: ${names}`);
    } catch (error) {
      if (!(error instanceof Bulk2Error)) throw error;
      const text = `Result files are gone, and can't be collected from the org again: ${names}. ${error.message}`;
      events.emit('warning', text);
    }
  }
}

async function goneOf({ files }: Mapped): Promise<string[]> {
  const gone: string[] = [];
  for (const kind of kinds) {
    const path = files[kind];
    if (path !== null && !(await isThere(path))) gone.push(path);
  }
  return gone;
}

async function collect(
  { journal, contexts }: CopyWork,
  mapped: Mapped,
  gone: readonly string[],
): Promise<void> {
  const { target } = contexts;
  const loading = journal.ofStep('loading', mapped);
  const run = loading && (await target.store.find(loading.run));
  if (run === undefined) throw new Bulk2Error('The journal of their load is gone, too.');
  const { success, failed, unprocessed } = mapped.files;
  const there = (path: string | null): string | null => (path === null || gone.includes(path) ? null : path);
  const keep = { success: there(success), failed: there(failed), unprocessed: there(unprocessed) };
  const { resultsDir } = journal.plan;
  await collectAnew(run, { resultsDir, keep, events: new Events<LoadEvents>() }, target);
}
