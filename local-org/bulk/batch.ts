import type { ActiveFaults } from '../server/faults.ts';
import type { World } from '../server/world.ts';
import type { IngestJob } from './job.ts';

/** A job at work. */
export type Processing = { readonly world: World; readonly job: IngestJob; readonly faults: ActiveFaults };

/** One internal batch: running it saves its rows and counts them. */
export type Batch = { readonly rows: number; readonly run: () => Promise<void> | void };
