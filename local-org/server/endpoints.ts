/**
 * Whether an endpoint belongs to a name: itself (`ingest.upload`), a family of it
 * (`ingest.results` has `ingest.results.failed`), or `*`.
 */
export function matchesEndpoint(endpoint: string, name: string): boolean {
  return name === '*' || endpoint === name || endpoint.startsWith(`${name}.`);
}
