import { dialectOf, type Dialect } from '../csv/dialect.ts';
import { quotedLine, quoteAlways, quoteWhenNeeded } from '../csv/write.ts';
import { invalidJobState, notFound } from '../server/errors.ts';
import { seededRandom, type Random } from '../server/random.ts';
import { csv } from '../server/reply.ts';
import type { Exchange, Handler } from '../server/router.ts';
import type { World } from '../server/world.ts';
import { isFinished, type IngestJob, type ResultFile } from './job.ts';
import { readRange, readSegments } from './segments.ts';
import { sinkSuccesses, sinkUnprocessed } from './sink-results.ts';
import { dataRows } from './strict-batches.ts';

export const successfulResults: Handler = (exchange) => {
  const job = finishedJob(exchange, 'successfulResults');
  const { world } = exchange;
  const rows =
    job.content?.counted === undefined ? rowsOf(job.successful) : sinkSuccesses(job, orderOf(world, job));
  return csv(withHeader({ world, job }, 'sf__Created', rows));
};

export const failedResults: Handler = (exchange) => {
  const job = finishedJob(exchange, 'failedResults');
  return csv(withHeader({ world: exchange.world, job }, 'sf__Error', rowsOf(job.failures)));
};

export const unprocessedRecords: Handler = (exchange) => {
  const job = finishedJob(exchange, 'unprocessedrecords');
  return csv(unprocessed({ world: exchange.world, job }));
};

/**
 * `name` is the last part of the address as the documentation's examples have it.
 * @throws OrgError NOT_FOUND, or INVALIDJOBSTATE for a job that is still at work
 */
function finishedJob({ world, params, url }: Exchange, name: string): IngestJob {
  const isAsDocumented = new RegExp(`/${name}/?(?:\\?|$)`).test(url);
  if (!isAsDocumented && world.options.quirks.resultPathCase === 'documented') throw notFound();
  const job = world.ingestJobs.get(params.id);
  if (isFinished(job) || world.options.quirks.resultsWhileRunning === 'partial') return job;
  throw invalidJobState(`The results of a job in state ${job.state} are not available`);
}

type About = { readonly world: World; readonly job: IngestJob };

type Rows = AsyncIterable<Buffer>;

async function* withHeader({ world, job }: About, note: string, rows: Rows): AsyncGenerator<Buffer> {
  const { delimiter, newline } = resultDialect(world, job);
  const own = [quoteAlways('sf__Id'), quoteAlways(note)];
  const uploaded = job.rawHeader === undefined ? [] : [job.rawHeader];
  yield Buffer.from([...own, ...uploaded].join(delimiter) + newline);
  yield* rows;
}

async function* rowsOf(file: ResultFile | undefined): AsyncGenerator<Buffer> {
  if (file !== undefined) yield* readSegments(file);
}

/** The same order each time that a job's results are read. */
function orderOf(world: World, job: IngestJob): Random | undefined {
  if (world.options.quirks.resultOrder === 'input') return undefined;
  const seed = Buffer.from(job.id).reduce(
    (sum, byte) => (sum * 31 + byte) % 2 ** 32,
    world.options.randomSeed,
  );
  return seededRandom(seed);
}

function resultDialect(world: World, job: IngestJob): Dialect {
  return world.options.quirks.resultDialect === 'job' ? dialectOf(job) : { delimiter: ',', newline: '\n' };
}

/** The uploaded columns of every row that was never tried. */
async function* unprocessed({ world, job }: About): AsyncGenerator<Buffer> {
  const { quirks } = world.options;
  const { content } = job;
  if (content === undefined) return;
  const dialect = resultDialect(world, job);
  const nothingRan = job.successful === undefined && content.counted === undefined;
  if (nothingRan && quirks.unprocessedWhenNothingRan === 'all') {
    yield* readRange(content.path, 0, content.bytes);
    return;
  }
  if (content.counted !== undefined) {
    yield* sinkUnprocessed(job);
    return;
  }
  if (job.rawHeader !== undefined) yield Buffer.from(job.rawHeader + dialect.newline);
  if (nothingRan || job.restIsUnrecorded) return;
  let done = job.processed;
  for await (const rows of dataRows(content.path, dialectOf(job))) {
    const left = rows.slice(done);
    done = Math.max(0, done - rows.length);
    const lines = left.map(({ cells }) =>
      quirks.unprocessedQuoting === 'always'
        ? quotedLine(cells, dialect)
        : cells.map((cell) => quoteWhenNeeded(cell, dialect)).join(dialect.delimiter) + dialect.newline,
    );
    if (lines.length > 0) yield Buffer.from(lines.join(''));
  }
}
