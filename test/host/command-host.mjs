// Runs one command after another in one process, each as the script of an oclif CLI would: nearly all of the time of a
// short command goes into loading modules. Parts of the output are told apart by a mark at the end of each.
import { rmSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , root, leftOver] = process.argv;
const core = createRequire(join(root, 'package.json')).resolve('@oclif/core');
// The core goes through all variables for each of its settings, in every command: a plain object is far quicker than
// what asks the system.
process.env = { ...process.env };
syncBuiltinESMExports();
const { Errors, flush, run, settings } = await import(pathToFileURL(core).href);
settings.enableAutoTranspile = false;

class Exit extends Error {
  constructor(code) {
    super(`process.exit(${code})`);
    this.oclif = { exit: code };
  }
}

process.exit = (code) => {
  throw new Exit(Number(code ?? process.exitCode ?? 0));
};

process.on('message', ({ args, mark }) => {
  void runCommand(args).then(({ code, crash }) => {
    process.exitCode = 0;
    process.stdout.write(mark);
    process.stderr.write(`${crash ?? ''}${mark}`);
    process.send({ code });
  });
});
process.on('disconnect', () => {
  if (leftOver !== undefined) rmSync(leftOver, { recursive: true, force: true });
  process.kill(process.pid, 'SIGKILL');
});
// What commands leave behind for their process to end with adds up here.
for (const emitter of [process, process.stdout, process.stderr]) emitter.setMaxListeners(0);

async function runCommand(args) {
  process.exitCode = undefined;
  try {
    await run(args, root);
    await flush();
    return { code: process.exitCode ?? 0 };
  } catch (error) {
    const isExit = error instanceof Exit || error instanceof Errors.ExitError;
    return { code: error?.oclif?.exit ?? 1, ...(isExit ? {} : { crash: String(error?.stack ?? error) }) };
  }
}
