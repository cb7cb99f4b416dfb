/**
 * Under which heading of a command's help its flags stand. Those of its input stand in no group, and so first: `sf` sorts
 * the groups by the letters of their flags, and would put another one before them.
 */
const groups: Readonly<Record<string, readonly string[]>> = {
  Mapping: [
    ...['map', 'mapping-file', 'map-by-label', 'ignore-unknown-columns', 'ignore-read-only-columns'],
    ...['empty-as-null', 'date-format', 'time-zone', 'decimal-separator', 'ignore-number-signs'],
    ...['boolean-words', 'keep-columns'],
  ],
  Sending: [
    ...['wait', 'async', 'concurrency', 'max-job-size', 'max-rows-per-job', 'compress', 'retry-failed'],
    ...[
      'max-failures',
      'stop-on-error',
      'if-interrupted',
      'dry-run',
      'no-preflight',
      'set-aside-invalid',
      'duplicate-keys',
    ],
    ...['assignment-rule-id', 'bulk-threshold', 'allow-bulk', 'no-prompt', 'hard-delete'],
  ],
  Results: [
    ...['results-dir', 'report', 'progress', 'result-format', 'output-file', 'output-dir', 'typed', 'nested'],
    ...['not-found-file', 'bom', 'plain-numbers'],
  ],
  Org: ['target-org', 'source-org', 'api-version'],
};

const groupOf = new Map(
  Object.entries(groups).flatMap(([group, names]) => names.map((name) => [name, group] as const)),
);

/**
 * Puts the flags of a command into groups.
 * @param ownGroups of flags that mean something else for this command
 */
export function grouped<Flags extends Record<string, object>>(
  flags: Flags,
  ownGroups: Readonly<Record<string, string>> = {},
): Flags {
  const entries = Object.entries(flags).map(([name, flag]) => {
    const helpGroup = ownGroups[name] ?? groupOf.get(name);
    return [name, helpGroup === undefined ? flag : { ...flag, helpGroup }];
  });
  return Object.fromEntries(entries) as Flags;
}

/** The same flags but for some, which mean nothing for a command. */
export function withoutFlags<Flags extends Record<string, object>, Name extends keyof Flags & string>(
  flags: Flags,
  names: readonly Name[],
): Omit<Flags, Name> {
  const left: ReadonlySet<string> = new Set(names);
  return Object.fromEntries(Object.entries(flags).filter(([name]) => !left.has(name))) as Omit<Flags, Name>;
}
