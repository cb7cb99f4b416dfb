// sf-plugins-core loads React and a layout engine, a tenth of a second, for the few commands that print a table. What it
// imports as `@oclif/table` is a module of ours instead: commands here print their tables themselves.
export function ownTables(ours) {
  return {
    name: 'own-tables',
    resolveId: (id, importer) =>
      id === '@oclif/table' && importer?.includes('sf-plugins-core') ? ours : undefined,
  };
}
