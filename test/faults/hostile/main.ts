import '../../support/ts-specifiers.ts';

// Only now can the sources be found by the names that they give each other.
const { fuzzAnswers } = await import('./fuzz.ts');

const cases = Number(process.argv[2] ?? 2_000);
const endings = new Map<string, number>();
await fuzzAnswers(cases, (ending) => endings.set(ending, (endings.get(ending) ?? 0) + 1));
for (const [ending, count] of [...endings].sort()) console.log(`${String(count).padStart(6)}  ${ending}`);
console.log(`${cases} cases, none fails`);
