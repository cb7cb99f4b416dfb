import { globSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'src', 'commands');
const commands = globSync('**/*.ts', { cwd: folder });

const schemaNameOf = (file: string): string => file.replaceAll(/[/\\]/g, '-').replace(/\.ts$/, '.json');

test('there is one schema for each command, one for plans of copies, and no other', async () => {
  const expected = [...commands.map(schemaNameOf), 'copy-plan.json'];
  expect((await readdir(join(root, 'schemas'))).sort()).toEqual(expected.sort());
});

// One program for all of them, in the place of `schema:compare`, which makes one for each and takes four times as long.
test('the JSON of each command is as its schema was recorded (npm run snapshot records it anew)', () => {
  const generator = createGenerator({ tsProgram: ownProgram(), type: '*', skipTypeCheck: true });
  for (const file of commands) {
    const [, type = ''] =
      /async run\(\): Promise<(\w+)>/.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
    const recorded: unknown = JSON.parse(readFileSync(join(root, 'schemas', schemaNameOf(file)), 'utf8'));
    expect(generator.createSchema(type), file).toEqual(recorded);
  }
}, 60_000);

/**
 * The commands and what they import of their own project: no result has a type of another package, which would be
 * without a schema here, and to read them all takes half the time.
 */
function ownProgram(): ts.Program {
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, types: [] };
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (names, importer) =>
    names.map(({ text }) =>
      text.startsWith('.') ? ts.resolveModuleName(text, importer, options, host) : noModule,
    );
  const files = commands.map((file) => join(folder, file));
  return ts.createProgram(files, options, host);
}

const noModule = { resolvedModule: undefined };
