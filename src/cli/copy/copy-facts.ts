import type { CopyEvents } from '../../lib/copy/copy.js';
import type { Events } from '../../lib/events.js';
import type { CopyStep } from '../../lib/run/copy-record.js';
import type { ProgressDisplay } from '../progress/display.js';
import { setupLink } from '../setup-link.js';

/** Tells scripts how far a copy is: `--progress ndjson`. @param instanceUrl of the target, once it is known */
export function tellFacts(
  events: Events<CopyEvents>,
  display: Pick<ProgressDisplay, 'fact'>,
  instanceUrl: () => string,
): void {
  const states = new Map<string, string>();
  events.on('begun', ({ runId }) => display.fact({ event: 'copy', runId }));
  events.on('exporting', ({ object }) => display.fact({ event: 'export', object, state: 'begun' }));
  events.on('exportingKeys', ({ object }) => display.fact({ event: 'keys', object }));
  events.on('exported', ({ object, rows }) => {
    display.fact({ event: 'export', object, state: 'done', records: rows });
  });
  events.on('step', (step) => {
    display.fact({ event: 'step', ...aboutStep(step), state: 'begun', records: step.rows });
  });
  events.on('stepEnded', ({ counts, ...step }) => {
    const { sent, successful, failed, unprocessed, held } = counts;
    const figures = { records: sent, successful, failed, unprocessed, held };
    display.fact({ event: 'step', ...aboutStep(step), state: 'done', ...figures });
  });
  events.on('jobInfo', ({ id, state, numberRecordsProcessed = 0, numberRecordsFailed = 0 }) => {
    if (states.get(id) === state) return;
    states.set(id, state);
    const figures = { processed: numberRecordsProcessed, failed: numberRecordsFailed };
    display.fact({ event: 'job', jobId: id, state, ...figures, url: setupLink(instanceUrl(), id) });
  });
}

type NumberedStep = CopyStep & { readonly number: number; readonly total: number };

function aboutStep({ object, kind, level, number, total }: NumberedStep) {
  return { step: number, steps: total, object, kind, level };
}
