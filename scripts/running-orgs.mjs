// Which local orgs of a `.org` folder answer. Runs on any Node that npm runs on.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { basename, join } from 'node:path';

/** Each org has a file here, named by its alias, for as long as it runs. A killed one leaves it. */
export const addressFolder = (folder) => join(folder, 'orgs');

export async function runningOrgs(folder) {
  const addresses = addressFolder(folder);
  if (!existsSync(addresses)) return [];
  const known = readdirSync(addresses).map((name) => {
    return { ...JSON.parse(readFileSync(join(addresses, name), 'utf8')), alias: basename(name, '.json') };
  });
  const answers = await Promise.all(known.map(isRunning));
  return known.filter((_, index) => answers[index]);
}

function isRunning({ url, certificate }) {
  const get = url.startsWith('https:') ? getHttps : getHttp;
  return new Promise((resolve) => {
    const request = get(`${url}/services/data`, { ca: certificate, timeout: 5000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
    request.once('close', () => resolve(false));
  });
}

/** @throws Error that an org of this alias is running, and how to use it */
export function refuseSecond(alias, running, envFile) {
  const same = running.find((org) => org.alias === alias);
  if (same === undefined) return;
  throw new Error(
    `The local org "${alias}" is already running at ${same.url}. Use it (source '${envFile}'), stop it first, or start another beside it: npm run org -- --alias second`,
  );
}
