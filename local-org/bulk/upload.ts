import { OrgError } from '../contracts.ts';
import { ClientGone } from '../server/request-body.ts';
import { SpoolFile } from '../server/spool-file.ts';
import type { World } from '../server/world.ts';
import type { IngestJob, Upload } from './job.ts';

/**
 * Writes the content of a job to a file of its own, as it comes in.
 * An attempt that breaks off is kept too, so that every byte that was ever sent can be read back.
 * @throws OrgError when it is over the size limit, or not the job's first
 */
export async function receiveUpload(
  world: World,
  job: IngestJob,
  content: AsyncIterable<Buffer>,
): Promise<void> {
  const upload: Upload = { path: world.spool.next(`${job.id}.csv`), bytes: 0, complete: false };
  job.attempts.push(upload);
  const maxBytes = Math.floor((world.options.maxUploadBytes * 3) / 4);
  const file = await SpoolFile.create(upload.path);
  try {
    for await (const chunk of content) {
      upload.bytes += chunk.length;
      if (upload.bytes > maxBytes) continue;
      const pause = file.add(chunk);
      if (pause !== undefined) await pause;
    }
    upload.complete = true;
  } catch (error) {
    if (error instanceof ClientGone && world.options.quirks.cutUpload === 'kept') job.content = upload;
    throw error;
  } finally {
    await file.close();
  }
  if (upload.bytes > maxBytes) throw tooLarge(world);
  if (job.content !== undefined) throw secondUpload(world, job);
  job.content = upload;
}

/** The one upload of a job was there before; the service's own spelling. */
export function secondUpload(world: World, job: IngestJob): OrgError {
  const found = world.options.quirks.secondUploadSpelling;
  const message =
    `Found ${found} contents for job: <${job.id}>, please 'Close' / 'Abort' / 'Delete' the current Job ` +
    "then create a new Job and make sure you only do 'PUT' once on a given Job.";
  return new OrgError('BULK_API_ERROR', message);
}

function tooLarge(world: World): OrgError {
  const message = `The upload is larger than ${world.options.maxUploadBytes} bytes of base64`;
  return new OrgError('REQUEST_TOO_LARGE', message, world.options.quirks.oversizeUploadStatus);
}
