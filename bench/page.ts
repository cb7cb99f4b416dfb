/** A part of the page of benchmarks: a heading of the second level and what is below it. */
type Section = { readonly heading: string; readonly lines: readonly string[] };

/**
 * Puts what has been measured into the page of benchmarks. Tables and targets of cases that were not run this time stay
 * as they are: each says when it was measured.
 * @param page as it is; empty for none
 * @param head what stands above the first section
 */
export function withResults(
  page: string,
  head: string,
  { sections, targets }: { readonly sections: readonly Section[]; readonly targets: readonly Target[] },
): string {
  const before = sectionsIn(page);
  const titles = new Set(sections.map(({ heading }) => heading));
  const keyOf = ({ heading, lines }: Section): string => `${heading} ${distanceIn(lines)}`;
  const fresh = new Map(sections.map((section) => [keyOf(section), section]));
  const kept = before.filter(({ heading }) => heading !== targetsHeading);
  // A case is run over all its wires: a table of one that it no longer has goes.
  const inPlace = kept.flatMap((section) => {
    const measured = fresh.get(keyOf(section));
    fresh.delete(keyOf(section));
    return measured ?? (titles.has(section.heading) ? [] : section);
  });
  const rows = before.find(({ heading }) => heading === targetsHeading)?.lines ?? [];
  const others = rows.filter((row) => row.startsWith('|') && !titles.has(titleIn(row))).slice(2);
  const table = ['| Benchmark | Target | Met |', '| --- | --- | --- |'];
  const all = [...inPlace, ...fresh.values()];
  return [
    head,
    ...all.flatMap(({ heading, lines }) => [`## ${heading}`, '', ...lines, '']),
    `## ${targetsHeading}`,
    '',
    ...table,
    ...inOrder([...others, ...targets.map(rowOf)], all),
    '',
  ].join('\n');
}

/** What was asked of a case, and whether it is so. */
export type Target = { readonly title: string; readonly text: string; readonly isMet: boolean };

const targetsHeading = 'Targets';

function rowOf({ title, text, isMet }: Target): string {
  return `| ${cell(title)} | ${cell(text)} | ${isMet ? 'yes' : '**no**'} |`;
}

export function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function inOrder(rows: readonly string[], sections: readonly Section[]): string[] {
  const place = (row: string): number => sections.findIndex(({ heading }) => heading === titleIn(row));
  return rows.toSorted((a, b) => place(a) - place(b));
}

function titleIn(row: string): string {
  return /^\| (.*?) *(?<!\\)\|/.exec(row)?.[1]?.replaceAll('\\|', '|') ?? '';
}

function distanceIn(lines: readonly string[]): string {
  return (
    lines.map((line) => /^Distance to the org: (.*?)\.(?: |$)/.exec(line)?.[1]).find((found) => found) ?? ''
  );
}

function sectionsIn(page: string): Section[] {
  return page
    .split(/^## /m)
    .slice(1)
    .map((text) => {
      const [heading = '', ...lines] = text.trimEnd().split('\n');
      return { heading, lines: lines.slice(lines[0] === '' ? 1 : 0) };
    });
}
