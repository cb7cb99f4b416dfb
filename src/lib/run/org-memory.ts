import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makePrivateFolder } from '../files/folders.js';
import type { RunContext } from './context.js';

/** Facts about an org that were learned and are worth keeping: nothing in it is needed, and all of it may be lost. */
export type OrgMemory = {
  has(fact: string): Promise<boolean>;
  add(fact: string): Promise<void>;
};

export function orgMemory({ org, store }: Pick<RunContext, 'org' | 'store'>): OrgMemory {
  const folder = join(store.folder, 'orgs');
  const name = (org.orgId ?? new URL(org.instanceUrl).host).replaceAll(/[^\w.-]/g, '_');
  const path = join(folder, `${name}.json`);

  async function facts(): Promise<string[]> {
    const text = await readFile(path, 'utf8').catch(() => '[]');
    try {
      return JSON.parse(text) as string[];
    } catch {
      return [];
    }
  }

  return {
    has: async (fact) => (await facts()).includes(fact),
    async add(fact) {
      await makePrivateFolder(folder);
      const all = new Set([...(await facts()), fact]);
      await writeFile(path, JSON.stringify([...all]), { mode: 0o600 });
    },
  };
}
