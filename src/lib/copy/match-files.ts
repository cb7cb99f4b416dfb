/** Names of a copy's own files that tell which records are which of the target. */
export function matchMapName(object: string, number: number): string {
  return `match-${object}-${number}`;
}

/** The folder that the keys of an object are exported to, from the target. */
export function targetFolderName(object: string): string {
  return `target-${object}`;
}
