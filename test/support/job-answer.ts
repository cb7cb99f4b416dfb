/** What the org tells of a job, with other members in their place. */
export function jobAnswer(members: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: '750000000000001AAA',
    operation: 'insert',
    object: 'Account',
    createdById: '005000000000001AAA',
    createdDate: '2026-01-01T00:00:00.000+0000',
    systemModstamp: '2026-01-01T00:00:00.000+0000',
    state: 'Open',
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: 67,
    ...members,
  };
}
