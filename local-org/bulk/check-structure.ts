import { foreignLineEndingFinder } from '../csv/line-endings.ts';
import {
  CsvStructureError,
  readRecords,
  readText,
  wrongLineEnding,
  type CsvRecord,
} from '../csv/read-records.ts';
import { dialectOf, type Dialect } from '../csv/dialect.ts';
import type { World } from '../server/world.ts';
import { saveTarget, type IngestJob } from './job.ts';

/** What is known of a job's content once all of it has been looked at. */
export type Structure = {
  readonly header: CsvRecord;
  /** Index of each column that is loaded. */
  readonly columns: readonly number[];
  readonly rows: number;
};

const maxHeaderCharacters = 32_000;
const maxFields = 5000;

/**
 * Looks through a whole upload before a row of it is touched.
 * @returns undefined for content without even a header
 * @throws CsvStructureError with the job's `errorMessage`
 */
export async function checkStructure(world: World, job: IngestJob): Promise<Structure | undefined> {
  const { quirks } = world.options;
  const dialect = dialectOf(job);
  let structure: Structure | undefined;
  let rows = 0;
  for await (const records of readRecords(jobText(world, job, dialect), dialect)) {
    for (const record of records) {
      if (structure === undefined) {
        job.rawHeader = record.raw;
        structure = { header: record, columns: checkHeader(world, job, record), rows: 0 };
      } else {
        rows += 1;
        const ragged = record.cells.length !== structure.header.cells.length;
        if (ragged && quirks.raggedRows === 'fails-job')
          throw new CsvStructureError(raggedMessage(record, structure));
      }
    }
  }
  return structure && { ...structure, rows };
}

export function raggedMessage(record: CsvRecord, { header }: Pick<Structure, 'header'>): string {
  return `InvalidBatch : The row has ${record.cells.length} values, the header has ${header.cells.length} columns`;
}

/** The upload's text, with an eye on its line endings. */
async function* jobText(world: World, job: IngestJob, dialect: Dialect): AsyncGenerator<string> {
  const hasForeign = foreignLineEndingFinder(dialect);
  const strict = world.options.quirks.foreignLineEndingInQuotes === 'fails';
  for await (const text of readText(job.content?.path ?? '')) {
    if (strict && hasForeign(text)) throw wrongLineEnding(dialect);
    yield text;
  }
}

function checkHeader(world: World, job: IngestJob, header: CsvRecord): number[] {
  const { quirks } = world.options;
  if (header.raw.length > maxHeaderCharacters || header.cells.length > maxFields) {
    throw new CsvStructureError('InvalidBatch : The header row is too long');
  }
  const seen = new Set<string>();
  for (const name of header.cells) {
    const key = name.toLowerCase();
    if (seen.has(key) && quirks.duplicateColumns === 'fails-job') {
      throw new CsvStructureError(`InvalidBatch : Duplicate column found : ${name}`);
    }
    seen.add(key);
  }
  let columns = header.cells.map((_, index) => index);
  for (;;) {
    const names = columns.map((index) => header.cells[index] ?? '');
    const problem = world.database.headerProblem(saveTarget(job), names);
    if (problem === undefined) return columns;
    const unknown = /Field name not found : (.*)$/s.exec(problem)?.[1];
    const dropped = columns.filter((index) => header.cells[index] !== unknown);
    if (quirks.unknownColumns !== 'dropped' || dropped.length === columns.length)
      throw new CsvStructureError(problem);
    columns = dropped;
  }
}
