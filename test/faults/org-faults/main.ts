import '../../support/ts-specifiers.ts';

// Only now can the sources be found by the names that they give each other.
const { faultMatrix, nameOf } = await import('./matrix.ts');

const results = await faultMatrix();
const byPlace = Map.groupBy(results, ({ command, endpoint }) => `${command} ${endpoint}`);
for (const [place, all] of byPlace) {
  console.log(place);
  for (const [fault, [once, thrice]] of Map.groupBy(all, (each) => each.fault.name)) {
    console.log(`  ${fault.padEnd(24)}${(once?.ending ?? '').padEnd(24)}${thrice?.ending ?? ''}`);
  }
}
const failures = results.filter(({ problems }) => problems.length > 0);
for (const each of failures) console.log(`FAILED ${nameOf(each)}: ${each.problems.join('; ')}`);
console.log(`${results.length} cases, ${failures.length} failures`);
process.exitCode = failures.length === 0 ? 0 : 1;
