// The CLI's libraries are CommonJS modules that TypeScript wrote: each loads at once all that it may ever use. Here a
// module is loaded when something of it is used, as Babel's `lazy` and Metro's inline requires do. Requires that bind no
// name are there for what they do, and stay.
const libraries =
  /node_modules[\\/](@salesforce[\\/](core|kit|ts-types)|@jsforce[\\/]jsforce-node|@oclif[\\/]core)[\\/].*\.js$/;
const binding = /^(?:const|var) (\w+) = ((?:__importDefault|__importStar)\()?require\("([^"]+)"\)\)?;$/gm;
const helper = `
function __lazy(load) {
  let loaded;
  return new Proxy({}, { get: (_, name) => (loaded ??= load())[name] });
}`;

export function lazyRequires() {
  return {
    name: 'lazy-requires',
    transform: {
      filter: { id: libraries, code: 'require(' },
      handler(code) {
        const changed = code.replaceAll(binding, (line, name, wrap, from) => {
          if (from.startsWith('node:')) return line;
          const load = wrap === undefined ? `require("${from}")` : `${wrap}require("${from}"))`;
          return `const ${name} = __lazy(() => ${load});`;
        });
        return changed === code ? undefined : changed + helper;
      },
    },
  };
}
