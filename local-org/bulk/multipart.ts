import { OrgError } from '../contracts.ts';

/** The two parts of a create request that brings its data along. */
export type MultipartJob = { readonly job: string; readonly content: Buffer };

/**
 * Takes apart `multipart/form-data` with the parts `job` (JSON) and `content` (CSV).
 * @throws OrgError when it is not that, or holds over `maxCharacters` of data
 */
export function parseMultipart(contentType: string, body: Buffer, maxCharacters: number): MultipartJob {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined) throw invalid('no boundary in the Content-Type header');
  const parts = new Map<string, Buffer>();
  let at = body.indexOf(`--${mark}`);
  while (at >= 0) {
    const start = at + mark.length + 2;
    const next = body.indexOf(`--${mark}`, start);
    if (next < 0) break;
    addPart(parts, body.subarray(start, next));
    at = next;
  }
  const job = parts.get('job');
  const content = parts.get('content');
  if (job === undefined || content === undefined) throw invalid('the parts "job" and "content" are required');
  if (content.toString('utf8').length > maxCharacters)
    throw invalid(`the data has over ${maxCharacters} characters`);
  return { job: job.toString('utf8'), content };
}

function addPart(parts: Map<string, Buffer>, part: Buffer): void {
  for (const newline of ['\r\n', '\n']) {
    const split = part.indexOf(newline + newline);
    if (split < 0) continue;
    const name = /name="([^"]+)"/.exec(part.subarray(0, split).toString('latin1'))?.[1];
    const end =
      part.length - (part.subarray(-newline.length).toString('latin1') === newline ? newline.length : 0);
    if (name !== undefined) parts.set(name, part.subarray(split + 2 * newline.length, end));
    return;
  }
}

function invalid(why: string): OrgError {
  return new OrgError('INVALIDJOB', `InvalidJob : Multipart request: ${why}`);
}
