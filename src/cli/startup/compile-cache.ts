import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Every command compiles the same modules; measured with 10,000 rows inserted: 2.15 s instead of 2.31 s. To be imported
// before any of them, and kept in the person's own cache folder, since what is compiled there is run.
if (process.env.NODE_COMPILE_CACHE === undefined) {
  enableCompileCache(join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sf-bulk2', 'compiled'));
}
