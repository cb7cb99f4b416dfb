import { withRetry } from '../api/retry.js';
import type { Events } from '../events.js';
import { InputError, type InputProblem } from '../errors.js';
import type { LoadPlan, SourceFile } from '../journal/record.js';
import type { RunContext } from '../run-context.js';
import { checkHeader } from './check/check-header.js';
import { chooseExternalId } from './check/external-id.js';
import type { LoadEvents } from './events.js';
import { packParts } from './parts.js';
import { partBytesFor, type LoadRequest } from './request.js';
import { scanSource, type ScannedSource } from './scan-source.js';
import { sourceFiles } from './source-files.js';
import { describeTarget, type LoadTarget } from './target.js';

/**
 * The first pass: reads the whole input, checks it, and cuts it into parts. Nothing is loaded before it is done.
 * @throws InputError the input cannot be loaded; everything that is wrong with it, as far as that can be told
 * @throws UsageError the object or the external id does not exist
 */
export async function planLoad(
  request: LoadRequest,
  context: RunContext,
  events: Events<LoadEvents>,
): Promise<LoadPlan> {
  const sources = await sourceFiles(request.files);
  const api = withRetry(context.api, (notice) => events.emit('retry', notice), context.retryPolicy);
  const target = request.preflight ? await describeTarget(request.object, api, context.signal) : undefined;
  const scanned = await scanAll(sources, request, { context, events, target });
  const [first] = scanned as [ScannedSource];
  requireSameHeader(scanned);
  const externalId = await checkTarget(first, request, target);
  return toPlan(request, sources, scanned, externalId);
}

type Surroundings = {
  readonly context: RunContext;
  readonly events: Events<LoadEvents>;
  readonly target: LoadTarget | undefined;
};

async function scanAll(
  sources: readonly SourceFile[],
  request: LoadRequest,
  { context, events, target }: Surroundings,
): Promise<ScannedSource[]> {
  const totalBytes = sources.reduce((sum, { bytes }) => sum + bytes, 0);
  const scanned: ScannedSource[] = [];
  let bytesBefore = 0;
  for (const [index, source] of sources.entries()) {
    const before = bytesBefore;
    const onBytes = (bytes: number): void => {
      events.emit('scanning', { name: source.name, bytes: before + bytes, totalBytes });
    };
    const maxPartBytes = partBytesFor(totalBytes, request);
    scanned.push(
      await scanSource(source, { index, request, maxPartBytes, target, onBytes, signal: context.signal }),
    );
    bytesBefore += source.bytes;
  }
  return scanned;
}

/** All parts of a load share one header, and one job's settings. */
function requireSameHeader(scanned: readonly ScannedSource[]): void {
  const [first, ...others] = scanned;
  const problems = others.flatMap((other): InputProblem[] => {
    const file = other.source.name;
    const like = first?.source.name ?? '';
    if (other.columns.join('\n') !== first?.columns.join('\n'))
      return [{ code: 'OTHER_COLUMNS', file, row: 0, message: `The columns are not those of ${like}.` }];
    if (other.delimiter !== first.delimiter || other.lineEnding !== first.lineEnding)
      return [
        { code: 'OTHER_DIALECT', file, row: 0, message: `Delimiter or line ending is not that of ${like}.` },
      ];
    return [];
  });
  if (problems.length > 0) throw new InputError(problems);
}

/** @returns the external id of an upsert */
async function checkTarget(
  { columns, source }: ScannedSource,
  { operation, externalId }: LoadRequest,
  target: LoadTarget | undefined,
): Promise<string | undefined> {
  if (target === undefined) return operation === 'upsert' ? (externalId ?? 'Id') : undefined;
  const { describe, describeOf } = target;
  const key = operation === 'upsert' ? (externalId ?? chooseExternalId(describe, columns)) : undefined;
  const { problems } = await checkHeader({ operation, columns, describe, describeOf, externalIdField: key });
  if (problems.length > 0)
    throw new InputError(problems.map((problem) => ({ ...problem, file: source.name })));
  return key;
}

function toPlan(
  request: LoadRequest,
  sources: readonly SourceFile[],
  scanned: readonly ScannedSource[],
  externalId: string | undefined,
): LoadPlan {
  const { operation, object, assignmentRuleId, concurrency, resultsDir } = request;
  const [first] = scanned as [ScannedSource];
  const totalBytes = sources.reduce((sum, { bytes }) => sum + bytes, 0);
  const parts = packParts(
    scanned.flatMap(({ segments }) => segments),
    { maxPartBytes: partBytesFor(totalBytes, request), maxPartRows: request.maxRowsPerJob },
  );
  return {
    operation,
    object,
    externalId,
    assignmentRuleId,
    columnDelimiter: first.delimiter,
    lineEnding: first.lineEnding,
    header: first.header,
    columns: first.columns,
    sources,
    parts,
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    concurrency,
    resultsDir,
  };
}
