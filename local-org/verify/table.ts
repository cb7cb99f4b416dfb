import type { NotAsked } from './not-asked.ts';
import type { Probe } from './probe.ts';
import type { Finding } from './run-probes.ts';

/** A probe with what both orgs said. */
export type Compared = { readonly probe: Probe; readonly local: Finding; readonly real: Finding };

/** `unasked` where either org could not be asked. */
export type Verdict = 'same' | 'different' | 'unasked';

const longestCell = 300;

export function verdictOf({ local, real }: Compared): Verdict {
  if ('cannot' in local || 'cannot' in real) return 'unasked';
  return local.said === real.said ? 'same' : 'different';
}

/** A Markdown table of all facts: those that differ first, then those that could not be asked, then the rest. */
export function tableOf(compared: readonly Compared[]): string {
  const order: readonly Verdict[] = ['different', 'unasked', 'same'];
  const sorted = order.flatMap((verdict) => compared.filter((one) => verdictOf(one) === verdict));
  const lines = sorted.map((one) => {
    const { fact, known, source, switches = [] } = one.probe;
    const options = switches.map((name) => ` \`${name}\``).join(',');
    const same = { same: 'yes', different: '**no**', unasked: 'not asked' }[verdictOf(one)];
    return row([
      escaped(fact) + (options === '' ? '' : ` (${options.trim()})`),
      escaped(`${known}: ${source}`),
      shown(one.local),
      verdictOf(one) === 'same' ? 'the same' : shown(one.real),
      same,
    ]);
  });
  return [
    row(['Fact', 'Source', 'Local org', 'Real org', 'Same?']),
    row(['-', '-', '-', '-', '-']),
    ...lines,
  ].join('\n');
}

/** A Markdown list of what no probe asks for. */
export function listOf(notAsked: readonly NotAsked[]): string {
  return notAsked.map(({ fact, reason }) => `- ${fact}: ${reason}.`).join('\n');
}

function shown(finding: Finding): string {
  return 'cannot' in finding ? `not asked: ${escaped(finding.cannot)}` : code(finding.said);
}

/** Text of an org as code, whatever is in it. */
function code(text: string): string {
  if (text === '') return '(nothing)';
  const line = text.replaceAll(/\s+/g, ' ');
  const cut = line.length > longestCell ? `${line.slice(0, longestCell)}…` : line;
  const fence = cut.includes('`') ? '``' : '`';
  const pad = fence.length > 1 ? ' ' : '';
  return `${fence}${pad}${cut.replaceAll('|', '\\|')}${pad}${fence}`;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
