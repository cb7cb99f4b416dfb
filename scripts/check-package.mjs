// Packs the package as it would be published, and checks it from a user's side: its shape, its types, and a program
// that uses it in an empty project. Run "npm run build" first.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commonJs, manual, undefinedOptions } from './package-programs.ts';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'bulk2-package-'));

const run = (command, args, cwd = root) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const bin = (name) => join(root, 'node_modules', '.bin', name);

const program = `import { BulkV2, UsageError } from 'sf-plugin-bulk2';
import { runStore, type RunStore } from 'sf-plugin-bulk2/engine';
const store: RunStore = runStore('state');
const bulk: BulkV2 = new BulkV2({ instanceUrl: 'http://127.0.0.1:9', version: '60.0', request: async () => ({}) });
const told: Promise<unknown> = bulk.destroy('SELECT Id FROM Account', { bulkApiVersion: 1 });
told.catch((error: unknown) => console.log(error instanceof UsageError && store.folder === 'state' ? 'ok' : error));
`;

try {
  const [packed] = JSON.parse(
    run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]),
  );
  const tarball = join(folder, packed.filename);
  console.log(`${packed.filename}: ${packed.files.length} files, ${packed.size} bytes`);
  console.log(run(bin('publint'), ['run', tarball, '--strict']));
  // Fetched when used: some forty packages for a check that is made once a release.
  run('npx', ['--yes', '@arethetypeswrong/cli@0.18.5', tarball, '--profile', 'esm-only']);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'empty', private: true, type: 'module' }),
  );
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const jsforce = `@jsforce/jsforce-node@${devDependencies['@jsforce/jsforce-node']}`;
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
  run('npm', ['install', ...quiet, tarball, jsforce], folder);
  writeFileSync(join(folder, 'program.ts'), program);
  writeFileSync(join(folder, 'manual.mts'), manual);
  writeFileSync(join(folder, 'manual.cts'), manual);
  writeFileSync(join(folder, 'undefined.mts'), undefinedOptions);
  writeFileSync(join(folder, 'program.cjs'), commonJs);
  const settings = [
    '--strict',
    '--exactOptionalPropertyTypes',
    '--target',
    'es2024',
    '--module',
    'nodenext',
    '--outDir',
    'out',
    '--skipLibCheck',
    'false',
    'program.ts',
    'manual.mts',
    'manual.cts',
    'undefined.mts',
  ];
  const types = ['--typeRoots', join(root, 'node_modules', '@types'), '--types', 'node'];
  // Declarations that TypeScript 7 wrote, read by 6, which users still have.
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  run(process.execPath, [tsc, ...settings, ...types], folder);
  const said = run(process.execPath, [join(folder, 'out', 'program.js')], folder).trim();
  if (said !== 'ok') throw new Error(`The program in an empty project said: ${said}`);
  // The oldest Node that the package runs on is fetched when used, too.
  const oldest = ['npx', ['--yes', 'node@22.19.0', 'program.cjs']];
  for (const [command, args] of [[process.execPath, ['program.cjs']], oldest]) {
    const required = run(command, args, folder).trim();
    if (required !== 'ok') throw new Error(`The CommonJS program said: ${required}`);
  }
  console.log(run('npm', ['ls', '--omit=dev', '--depth=1'], folder));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
