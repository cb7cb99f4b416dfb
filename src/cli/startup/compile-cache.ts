import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { makePrivateFolderSync } from '../../lib/files/folders.js';

// Every command compiles the same modules; measured with 10,000 rows inserted: 2.15 s instead of 2.31 s. To be imported
// before any of them, and kept where nobody else can write, since what is compiled there is run.
if (process.env.NODE_COMPILE_CACHE === undefined) enableOwnCache();

/** Without a folder of the person's own, nothing is kept. */
function enableOwnCache(): void {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sf-bulk2');
  const folder = join(cache, 'compiled');
  try {
    if (makePrivateFolderSync(cache) && makePrivateFolderSync(folder)) enableCompileCache(folder);
  } catch {
    // A home that can't be written to, or none: a cache is no reason to fail.
  }
}
