import type { CopyLookup, CopyObject } from '../../run/copy-record.js';

/** An object of a plan that was derived, with what a person may want to know about it. */
export type DerivedObject = {
  readonly object: CopyObject;
  /** Why it is in the plan; a sentence. */
  readonly why: string;
  /** External ids of both orgs that no two records share. */
  readonly keys: readonly string[];
  /** Fields that may have to be masked, and how. */
  readonly masks: Readonly<Record<string, string>>;
  /** Objects that refer to it and aren't in the plan. */
  readonly children: readonly string[];
};

const widest = 110;
const mostChildren = 12;

/** Writes a plan in YAML, with comments beside each object: why it is there, and what is left out. */
export function planText(objects: readonly DerivedObject[]): string {
  const head = [
    '# A plan of "sf bulk2 copy", derived from the objects of both orgs. Objects come in the order of their loads.',
    '# Edit it, and see what it would do: sf bulk2 copy --plan FILE --source-org ORG --target-org ORG --dry-run',
    'version: 1',
    '# owners: { match: Username, else: me }   # default: what you create belongs to you',
    'objects:',
  ];
  return `${[...head, ...objects.flatMap((each) => ['', ...objectLines(each)])].join('\n')}\n`;
}

function objectLines({ object, why, keys, masks, children }: DerivedObject): string[] {
  const { object: name, lookups, leftOut } = object;
  const comments = [
    why,
    ...lookups.flatMap((lookup) => lookupComment(lookup, name)),
    ...leftOutComments(leftOut),
    ...(children.length === 0 ? [] : [childrenComment(children)]),
  ];
  const parents = lookups.filter(({ to }) => to.length > 0 && !to.includes(name)).map(({ field }) => field);
  return [
    ...comments.flatMap((text) => wrapped(text)),
    `  - object: ${name}`,
    ...keyLines(keys),
    '    # where: CreatedDate = THIS_YEAR   # default: all records',
    ...(parents.length === 0
      ? []
      : [`    # within: [${parents.join(', ')}]   # only records whose parent by one of these is copied`]),
    ...(leftOut.length === 0 ? [] : ['    # except: [FIELD]   # leaves out more fields']),
    ...(Object.keys(masks).length === 0 ? [] : [`    # mask: ${flow(masks)}`]),
  ];
}

function keyLines(keys: readonly string[]): string[] {
  const [first = 'FIELD', ...others] = keys;
  const why = 'updates records that are there, holds those without a value; default: each copy creates all';
  const more = others.length === 0 ? [] : [`    # unique external ids: ${keys.join(', ')}`];
  return [`    # key: ${first}   # ${why}`, ...more];
}

function lookupComment({ field, to, later, missing, byName }: CopyLookup, own: string): string[] {
  if (byName !== undefined || to.length === 0) return [];
  const parents = to.filter((each) => each !== own);
  const texts: string[] = [];
  if (to.includes(own))
    texts.push(`${field} refers to ${own} itself: parents are loaded before their children.`);
  if (parents.length > 0) {
    const rule = missing === 'clear' ? 'it stays as it is (empty in new records)' : 'the record is held';
    texts.push(`${field} refers to ${parents.join(', ')}; if the parent isn't copied, ${rule}.`);
  }
  if (later.length > 0)
    texts.push(`${field} is filled by an update at the end, since ${later.join(', ')} comes later.`);
  return texts;
}

/** Fields by the reason that they are left out for. */
function leftOutComments(leftOut: CopyObject['leftOut']): string[] {
  const byReason = new Map<string, string[]>();
  for (const { field, reason } of leftOut) byReason.set(reason, [...(byReason.get(reason) ?? []), field]);
  return [...byReason].map(([reason, fields]) => `Left out (${reason}): ${fields.join(', ')}.`);
}

function childrenComment(children: readonly string[]): string {
  const shown = children.slice(0, mostChildren).join(', ');
  const more = children.length - mostChildren;
  return `Not in the plan, though they refer to it: ${shown}${more > 0 ? ` and ${more} more` : ''}.`;
}

function flow(values: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(values).map(([name, value]) => `${name}: ${value}`);
  return `{ ${pairs.join(', ')} }`;
}

/** A comment, in lines that are not too long. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '  #';
  for (const word of text.split(' ')) {
    if (line.length + word.length + 1 > widest && line !== '  #') {
      lines.push(line);
      line = '  #  ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
