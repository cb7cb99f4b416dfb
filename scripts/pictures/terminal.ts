import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Screen } from './screen.ts';

const script = join(import.meta.dirname, 'terminal.py');

export type Size = { readonly columns: number; readonly rows: number };

/** What a command has written to a terminal, piece by piece. */
export type Recording = {
  readonly columns: number;
  readonly pieces: ReadonlyArray<{ readonly atMs: number; readonly text: string }>;
  readonly code: number;
};

/** Runs a command on a terminal of its own, to its end. Needs Python 3, whose `pty` Node has no counterpart of. */
export async function record(
  command: readonly string[],
  { columns, rows }: Size,
  where: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Recording> {
  const args = [script, String(columns), String(rows), ...command];
  const child = spawn('python3', args, { ...where, stdio: ['ignore', 'pipe', 'inherit'] });
  const pieces: Array<{ atMs: number; text: string }> = [];
  let code: number | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as number | [number, string];
    if (typeof said === 'number') code = said;
    else pieces.push({ atMs: said[0] * 1_000, text: said[1] });
  }
  if (code === undefined) throw new Error(`${command.join(' ')} did not end.`);
  return { columns, pieces, code };
}

/** The screen after so many pieces; all of them, if not told. */
export function screenAfter({ columns, pieces }: Recording, count = pieces.length): Screen {
  const screen = new Screen(columns);
  for (const { text } of pieces.slice(0, count)) screen.write(text);
  return screen;
}

/** The last screen on which something is to be read. */
export function lastScreenWith(recording: Recording, wanted: RegExp): Screen {
  const counts = recording.pieces.map((_, index) => index + 1);
  const count = counts.findLast((each) => wanted.test(screenAfter(recording, each).toString()));
  if (count === undefined)
    throw new Error(`No screen has ${wanted.source}:\n${screenAfter(recording).toString()}`);
  return screenAfter(recording, count);
}
