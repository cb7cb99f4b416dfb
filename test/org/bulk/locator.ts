/** An opaque pointer to a row of a result: base64 without padding, as current orgs give it. */
export function encodeLocator(row: number, resultId: string): string {
  return Buffer.from(`${row}:${resultId}:1`).toString('base64').replaceAll('=', '');
}

/** @returns undefined when it is not a pointer into this result */
export function decodeLocator(locator: string, resultId: string): number | undefined {
  const match = /^(\d+):(\w+):1$/.exec(Buffer.from(locator, 'base64').toString('latin1'));
  return match?.[2] === resultId ? Number(match[1]) : undefined;
}
