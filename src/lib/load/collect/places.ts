import { readFile, writeFile } from 'node:fs/promises';
import type { SourceFile } from '../../run/record.js';
import { readLeftOut } from '../left-out.js';

/** Where a row of a spool was in the user's own input. */
export type Place = { readonly file: string; readonly row: number };

/** Finds the place of a spool's row, counted from 1. */
export type PlaceOf = (row: number) => Place;

/** Keeps the places of a spool's rows beside it: the names as a line of JSON, then two numbers of 32 bits a row. */
export async function writePlaces(path: string, places: readonly Place[]): Promise<void> {
  const names = [...new Set(places.map(({ file }) => file))];
  const numbers = new Uint32Array(places.length * 2);
  for (const [index, { file, row }] of places.entries()) {
    numbers[index * 2] = names.indexOf(file);
    numbers[index * 2 + 1] = row;
  }
  const head = Buffer.from(`${JSON.stringify(names)}\n`);
  await writeFile(path, Buffer.concat([head, Buffer.from(numbers.buffer)]), { mode: 0o600 });
}

/** Finds the places of a source's rows. */
export async function placesOf({ name, places, leftOut }: SourceFile): Promise<PlaceOf> {
  if (places !== undefined) return readPlaces(places);
  const rowInInput = leftOut === undefined ? (row: number) => row : await readLeftOut(leftOut);
  return (row) => ({ file: name, row: rowInInput(row) });
}

async function readPlaces(path: string): Promise<PlaceOf> {
  const bytes = await readFile(path);
  const start = bytes.indexOf('\n') + 1;
  const names = JSON.parse(bytes.toString('utf8', 0, start)) as string[];
  return (row) => {
    const at = start + (row - 1) * 8;
    return { file: names[bytes.readUInt32LE(at)] ?? '', row: bytes.readUInt32LE(at + 4) };
  };
}
