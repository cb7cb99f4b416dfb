// Which local orgs of a `.org` folder answer. Runs on any Node that npm runs on.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const lockTriesEveryMs = 200;

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
    `The local org "${alias}" is already running at ${same.url}.\nUse it: source '${envFile}'\nOr stop it first, with Ctrl-C in its terminal or: kill ${same.pid}\nOr start another one beside it: npm run org -- --alias second`,
  );
}

/**
 * Does work in a folder that no other `npm run org` does there at the same time: two that start at the same moment start
 * one after the other.
 * @param onWait called once where another one is at it
 */
export async function oneAtATime(folder, work, onWait = sayWaiting) {
  const lock = join(folder, '.org.lock');
  for (let tries = 0; !hasTaken(lock); tries++) {
    if (isLeftBehind(lock)) rmSync(lock, { force: true });
    else if (tries === 0) onWait();
    await sleep(lockTriesEveryMs);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function sayWaiting() {
  console.error('Another "npm run org" is starting in this folder. Waiting for it.');
}

function hasTaken(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Whether the process that took it is gone. One that has not written its id yet is there. */
function isLeftBehind(lock) {
  try {
    const id = Number(readFileSync(lock, 'utf8'));
    if (id > 0) process.kill(id, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
