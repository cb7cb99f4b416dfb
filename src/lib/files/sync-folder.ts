import { open } from 'node:fs/promises';

/** So that a new name survives a power cut. Some systems cannot open a folder; they are left to themselves. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
