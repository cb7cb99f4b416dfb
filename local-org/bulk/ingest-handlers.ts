import { OrgError } from '../contracts.ts';
import { apiError, invalidJobState, invalidValue } from '../server/errors.ts';
import { empty, json, single } from '../server/reply.ts';
import { parseObject } from '../server/request-body.ts';
import type { Exchange, Handler } from '../server/router.ts';
import { createIngestJob } from './create-ingest-job.ts';
import { createdInfo, fullInfo, patchedInfo } from './job-info.ts';
import { abort, isFinished, setState, type IngestJob } from './job.ts';
import { parseMultipart } from './multipart.ts';
import { processIngestJob } from './process-ingest.ts';
import { receiveUpload, secondUpload } from './upload.ts';

export const createJob: Handler = async ({ world, headers, body, version }) => {
  const contentType = headers['content-type'] ?? '';
  if (!contentType.toLowerCase().startsWith('multipart/form-data')) {
    return json(
      createdInfo(createIngestJob(world, { body: await body.object(), version, multipart: false })),
    );
  }
  const parts = parseMultipart(contentType, await body.buffer(), world.options.maxMultipartCharacters);
  const job = createIngestJob(world, { body: parseObject(parts.job), version, multipart: true });
  await receiveUpload(world, job, single(parts.content));
  close({ world, job });
  return json(createdInfo(job));
};

export const uploadData: Handler = async ({ world, params, headers, body }) => {
  const job = world.ingestJobs.get(params.id);
  const type = headers['content-type'] ?? '';
  if (!type.toLowerCase().startsWith('text/csv')) {
    throw new OrgError(
      'UNSUPPORTED_MEDIA_TYPE',
      `Content-Type '${type}' is not supported, use text/csv`,
      415,
    );
  }
  if (headers['content-encoding'] !== undefined && !world.options.quirks.gzipUploads) {
    throw new OrgError('UNSUPPORTED_MEDIA_TYPE', 'Content-Encoding is not supported for job data', 415);
  }
  if (job.state !== 'Open')
    throw invalidJobState(`Job data can be uploaded only to an Open job, not ${job.state}`);
  if (job.content !== undefined) throw secondUpload(world, job);
  const content = headers['content-encoding'] === undefined ? body.chunks() : single(await body.buffer());
  await receiveUpload(world, job, content);
  return empty(201);
};

export const patchJob: Handler = async ({ world, params, body }) => {
  const job = world.ingestJobs.get(params.id);
  const { state } = await body.object();
  if (state === 'Aborted') abort(job);
  else if (state === 'UploadComplete') close({ world, job });
  else throw invalidValue(typeof state === 'string' ? state : '', 'state');
  return json(patchedInfo(job));
};

/** Closing and aborting are one request with different bodies. */
export async function patchEndpoint({ body }: Exchange): Promise<string> {
  return (await body.object()).state === 'Aborted' ? 'ingest.abort' : 'ingest.close';
}

export const jobInfo: Handler = ({ world, params }) =>
  json(fullInfo(world.ingestJobs.get(params.id), world.options.quirks));

export const deleteJob: Handler = ({ world, params }) => {
  const job = world.ingestJobs.get(params.id);
  const openMayGo = job.state === 'Open' && world.options.quirks.deleteOpenJob === 'deleted';
  if (!isFinished(job) && job.state !== 'UploadComplete' && !openMayGo) throw notTerminated();
  if (job.state === 'UploadComplete') setState(job, 'Aborted');
  world.ingestJobs.delete(job);
  return empty(204);
};

export function notTerminated(): OrgError {
  return apiError('Error encountered when deleting the job because the job is not terminated');
}

/** @throws OrgError INVALIDJOBSTATE when the job is closed already */
function close({ world, job }: Pick<Exchange, 'world'> & { job: IngestJob }): void {
  if (job.state === 'Aborted') throw invalidJobState(world.options.quirks.closeAbortedText);
  if (job.state !== 'Open') throw invalidJobState('Closing already Completed Job not allowed');
  setState(job, 'UploadComplete');
  world.run(() => processIngestJob(world, job));
}
