import { json } from '../server/reply.ts';
import type { Handler } from '../server/router.ts';
import { identityUrl } from './oauth-handlers.ts';

const oldestVersion = 31;

/** All live API versions, oldest first. */
export const versions: Handler = ({ world }) => {
  const { newestVersion } = world.options;
  const count = newestVersion - oldestVersion + 1;
  return json(
    Array.from({ length: count }, (_, index) => {
      const version = `${oldestVersion + index}.0`;
      return { label: versionLabel(oldestVersion + index), url: `/services/data/v${version}`, version };
    }),
  );
};

/** Three releases a year: v67 is Summer '26, v66 Spring '26, v65 Winter '26. */
export function versionLabel(version: number): string {
  const season = ['Spring', 'Summer', 'Winter'][version % 3] ?? '';
  const year = Math.floor((version + (version % 3 === 2 ? 1 : 0)) / 3) + 4;
  return `${season} '${year}`;
}

/** What this version offers; the stock client follows `identity`. */
export const resources: Handler = (exchange) => {
  const base = `/services/data/v${exchange.version}.0`;
  const names = ['composite', 'jobs', 'limits', 'query', 'queryAll', 'sobjects', 'tooling'];
  const entries = names.map((name): [string, string] => [name, `${base}/${name}`]);
  return json({ ...Object.fromEntries(entries), identity: identityUrl(exchange) });
};

export const limits: Handler = ({ world }) => json(world.allowance.limits);
