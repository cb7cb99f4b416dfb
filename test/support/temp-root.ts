import { realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/** The folder for temporary files as a process that is in it sees it: on macOS and Windows its usual name is another. */
export const tempRoot = await realpath(tmpdir());
