import { globSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'src', 'commands');
const commands = globSync('**/*.ts', { cwd: folder });

const schemaNameOf = (file: string): string => file.replaceAll(/[/\\]/g, '-').replace(/\.ts$/, '.json');

test('there is one schema for each command, and no other', async () => {
  expect((await readdir(join(root, 'schemas'))).sort()).toEqual(commands.map(schemaNameOf).sort());
});

// One program for all of them, in the place of `schema:compare`, which makes one for each and takes four times as long.
test('the JSON of each command is as its schema was recorded (npm run snapshot records it anew)', () => {
  const generator = createGenerator({ path: join(folder, '**/*.ts'), type: '*', skipTypeCheck: true });
  for (const file of commands) {
    const [, type = ''] =
      /async run\(\): Promise<(\w+)>/.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
    const recorded: unknown = JSON.parse(readFileSync(join(root, 'schemas', schemaNameOf(file)), 'utf8'));
    expect(generator.createSchema(type), file).toEqual(recorded);
  }
}, 60_000);
