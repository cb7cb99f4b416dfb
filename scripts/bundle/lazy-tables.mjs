// sf-plugins-core loads React and a layout engine, a tenth of a second, for the few commands that print a table. What it
// imports as `@oclif/table` is a module of ours instead, which loads them when one is to be printed.
export function lazyTables(ours) {
  return {
    name: 'lazy-tables',
    resolveId: (id, importer) =>
      id === '@oclif/table' && importer?.includes('sf-plugins-core') ? ours : undefined,
  };
}
