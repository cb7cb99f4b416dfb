// What is imported statically is compiled before anything runs, so each command's entry turns the cache of compiled
// modules on first, and says what to do when it is stopped while it loads; it imports the command after that.
import { join } from 'node:path';

const prefix = '\0command:';

export const commandEntries = {
  /** One entry for each command, by its path below lib: `commands/bulk2/job/list`. */
  inputs(root, commands) {
    const names = commands.map((path) => path.replaceAll('\\', '/'));
    return Object.fromEntries(
      names.map((path) => [path.replace(/^src\/|\.ts$/g, ''), prefix + join(root, path)]),
    );
  },

  plugin(root) {
    const cache = JSON.stringify(join(root, 'src/cli/startup/compile-cache.ts'));
    const stop = JSON.stringify(join(root, 'src/cli/startup/early-stop.ts'));
    return {
      name: 'command-entries',
      resolveId: (id) => (id.startsWith(prefix) ? id : undefined),
      load(id) {
        if (!id.startsWith(prefix)) return undefined;
        const command = JSON.stringify(id.slice(prefix.length));
        return `import ${cache};\nimport { stopEarly } from ${stop};\nstopEarly();\nconst command = await import(${command});\nexport default command.default;\n`;
      },
    };
  },
};
