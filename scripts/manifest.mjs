// Writes oclif.manifest.json: what each command takes, for the CLI to know without loading the commands.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core';

const root = fileURLToPath(new URL('..', import.meta.url));
const plugin = new Plugin({
  root,
  type: 'core',
  ignoreManifest: true,
  errorOnManifestCreate: true,
  // Defaults that a flag calls a matter of the machine stay out.
  respectNoCacheDefault: true,
});
await plugin.load();
const { commands } = plugin.manifest;
const ordered = Object.entries(commands).map(([id, command]) => [
  id,
  { ...command, flags: inHelpOrder(command.flags) },
]);
const manifest = { ...plugin.manifest, commands: Object.fromEntries(ordered) };
writeFileSync(join(root, 'oclif.manifest.json'), JSON.stringify(manifest, null, 2));

/** Help shows flags in the order of the manifest where the CLI lets it (`flagSortOrder`): by group, then with a letter first. */
function inHelpOrder(flags) {
  const groups = [undefined, 'Mapping', 'Sending', 'Results', 'Org', 'GLOBAL'];
  const place = ({ helpGroup, char, name }) => [
    groups.indexOf(helpGroup),
    char === undefined ? 1 : 0,
    char ?? '',
    name,
  ];
  const before = (one, other) => {
    const [a, b] = [place(one), place(other)];
    const at = a.findIndex((each, index) => each !== b[index]);
    return at < 0 ? 0 : a[at] < b[at] ? -1 : 1;
  };
  return Object.fromEntries(Object.entries(flags).sort(([, one], [, other]) => before(one, other)));
}
