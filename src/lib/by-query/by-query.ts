import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { requireResultsFolder } from '../load/model/request.js';
import type { RunContext } from '../run/context.js';
import { applySaved, type ApplyOptions } from './apply-saved.js';
import type { IfInterrupted } from '../run/if-interrupted.js';
import { beginChange } from './begin-change.js';
import { findRecords } from './find.js';
import { outcomeOfDryRun, type ByQueryOutcome } from './outcome.js';
import {
  fieldTemplateOf,
  type ByQueryRequest,
  type RecordMapping,
  type RecordTemplate,
  type RouteOptions,
} from './request.js';
import { saveFound } from './save.js';
import { undoPlace } from './undo-place.js';

/** Which way the records of a query take, and what is kept of them. */
export type ByQueryOptions = RouteOptions &
  ApplyOptions & {
    /** What to do where a change of the same records and values has not finished. */
    readonly ifInterrupted?: IfInterrupted | undefined;
    /**
     * A file that gets the ids and, on update by a template, the values that the fields have now, before anything is
     * changed: CSV, `#N/A` for null. Loaded as an update, it puts them back. Refused when it is there already, or its folder is not.
     */
    readonly undoPath?: string | undefined;
    /** Finds the records and makes their new values, and changes nothing: `total` is how many there are. Default false. */
    readonly dryRun?: boolean | undefined;
  };

/**
 * Updates every record that a query finds: over SObject Collections when they are few, with a Bulk load when they are
 * many. The records are on disk before the first one is changed; memory does not grow with their number.
 *
 * @param change new values by field, with templates such as `${Name} (old)`, or a function of the record
 * @throws UsageError | SoqlError the query or the change cannot be carried out; nothing was changed
 */
export async function updateByQuery(
  soql: string,
  change: RecordTemplate | RecordMapping,
  { context, ...options }: ByQueryOptions & { readonly context: RunContext },
): Promise<ByQueryOutcome> {
  const asked = typeof change === 'function' ? change : fieldTemplateOf(change);
  return changeByQuery({ ...options, operation: 'update', soql, change: asked }, options, context);
}

/**
 * Deletes every record that a query finds, as `updateByQuery` updates them.
 * @param options `hardDelete` deletes for good, always with Bulk
 */
export function destroyByQuery(
  soql: string,
  {
    context,
    hardDelete = false,
    ...options
  }: ByQueryOptions & DestroyOptions & { readonly context: RunContext },
): Promise<ByQueryOutcome> {
  const operation = hardDelete ? 'hardDelete' : 'delete';
  return changeByQuery({ ...options, operation, soql }, options, context);
}

/** How records are deleted. */
export type DestroyOptions = {
  /** Past the recycle bin. Default false. */
  readonly hardDelete?: boolean | undefined;
};

async function changeByQuery(
  request: ByQueryRequest,
  { undoPath, ...options }: ByQueryOptions,
  context: RunContext,
): Promise<ByQueryOutcome> {
  if (undoPath !== undefined) await undoPlace(undoPath, randomUUID());
  const resultsDir = options.resultsDir === undefined ? undefined : resolve(options.resultsDir);
  if (resultsDir !== undefined) await requireResultsFolder(resultsDir, randomUUID());
  if (options.dryRun === true) {
    const found = await findRecords(request, context);
    const { runId, count } = await saveFound(found, context);
    await context.store.remove(runId);
    return outcomeOfDryRun(found, count);
  }
  const applying = { ...options, resultsDir };
  return beginChange(request, applying, context, async (onBegun) => {
    const found = await findRecords(request, context);
    const saved = await saveFound(found, context, undoPath);
    return applySaved(saved, context, { ...applying, onBegun });
  });
}

// What the command line and other callers need of the steps.
export { answeredIn } from './apply-collections.js';
export { applySaved, resumeChange } from './apply-saved.js';
export { type FoundRecords, findRecords } from './find.js';
export type { ByQueryOutcome } from './outcome.js';
export { errorsIn, resultsPathOf, rowErrorText } from './record-result.js';
export type { ByQueryRequest, FieldTemplate, RecordTemplate, Route, RouteOptions } from './request.js';
export { type SavedRecords, saveFound } from './save.js';
export { outlineForRewrite } from '../soql/rewrite.js';
