// What the bundle has in the place of @oclif/table, which takes a tenth of a second and more to load. Tables of ours are
// printed by showTable, so nobody calls these two that sf-plugins-core imports.

export function printTable() {
  throw new Error('Tables are printed by showTable alone.');
}

export function makeTable() {
  throw new Error('Tables are printed by showTable alone.');
}
