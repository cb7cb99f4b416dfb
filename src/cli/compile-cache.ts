import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Half of the time of a short command goes into compiling the same modules. To be imported before any of them, and
// kept in the person's own cache folder: what is compiled there is run.
if (process.env.NODE_COMPILE_CACHE === undefined) {
  enableCompileCache(join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sf-bulk2', 'compiled'));
}
