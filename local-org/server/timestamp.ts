/** REST's form of a moment: `2024-09-09T19:25:27.000+0000`, to the second for job dates. */
export function timestamp(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d{3}Z$/, '.000+0000');
}
