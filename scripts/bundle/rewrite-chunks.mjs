/** A plugin that changes the code of every chunk, when it is as it will be written. */
export function rewriteChunks(name, rewrite) {
  return {
    name,
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk') chunk.code = rewrite(chunk.code);
      }
    },
  };
}
