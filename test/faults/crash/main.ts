import '../../support/ts-specifiers.ts';

// Only now can the sources be found by the names that they give each other.
const { crashMatrix, rivalMatrix } = await import('./matrix.ts');

// Names of workloads on the command line leave out all others.
const names = process.argv.slice(2);
const reports =
  names.length === 0
    ? [...(await crashMatrix()), ...(await rivalMatrix())]
    : await crashMatrix({ isWanted: (name) => names.includes(name) });
let cases = 0;
let failures = 0;
for (const report of reports) {
  cases += report.cases;
  failures += report.failures.length;
  console.log(
    `${report.name}: ${report.cases} cases, ${report.unmet} of them not met, ${report.failures.length} failures`,
  );
  for (const failure of report.failures) console.log(`  ${failure}`);
}
const unknown = names.filter((name) => !reports.some((report) => report.name === name));
for (const name of unknown) console.log(`There is no workload ${name}.`);
console.log(`${cases} cases, ${failures} failures`);
process.exitCode = failures === 0 && unknown.length === 0 ? 0 : 1;
