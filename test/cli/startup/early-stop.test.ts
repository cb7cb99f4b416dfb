import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { needing } from '../../support/systems.ts';

const source = join(import.meta.dirname, '../../../src/cli/startup/early-stop.ts');

/** A program that works on without the event loop, as while modules are loading, is sent a signal, and goes on. */
function endOf(signal: string, takeOver: string): { readonly code: number | null; readonly said: string } {
  const program = `
    import { listenAlone, stopEarly } from ${JSON.stringify(pathToFileURL(source).href)};
    stopEarly();
    process.kill(process.pid, '${signal}');
    const until = Date.now() + 20;
    while (Date.now() < until);
    process.on('${signal}', () => process.exit(3));
    ${takeOver}
    setTimeout(() => process.exit(0), 30_000);`;
  const args = ['--no-warnings', '--input-type=module', '--eval', program];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { code: status, said: stderr };
}

needing('signals').each(['SIGINT', 'SIGTERM', 'SIGHUP'])(
  'a %s that comes while modules are loading ends a command that has not begun its work',
  (signal) => {
    expect(endOf(signal, 'stopEarly();')).toEqual({ code: 130, said: 'Stopped. Nothing was sent.\n' });
  },
);

needing('signals')('or reaches whoever listens by then', () => {
  expect(endOf('SIGINT', "listenAlone('SIGINT', () => process.exit(9));").code).toBe(9);
});
