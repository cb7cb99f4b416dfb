import { RowCountError } from '../../errors.js';
import { hashOf } from '../../files/file-facts.js';
import { IdMap } from '../../files/id-map.js';
import { endsPath, KeptReader } from '../../load/plan/kept-cells.js';
import type { CopyWork, StepPlace } from '../model/work.js';
import { editPathsOf, type EditPaths } from '../model/own-files.js';

/** The column of result files that says which record of the source a row is made of. */
export const sourceIdColumn = 'source__Id';

/** What tells whether they are still what they were. */
export function hashesOf({ lines, map }: EditPaths): Promise<string[]> {
  return Promise.all([lines, endsPath(lines), map].map((path) => hashOf(path)));
}

/** The rows of a step that a person has had in hand before a round. */
export class StepEdits {
  /** Fields that are sent behind those of the step. */
  readonly columns: readonly string[];
  readonly #lines: KeptReader;
  readonly #map: IdMap;

  private constructor({ lines, map }: EditPaths, columns: readonly string[]) {
    this.columns = columns;
    this.#lines = new KeptReader(lines);
    this.#map = IdMap.open(map);
  }

  /**
   * @returns undefined where there are none
   * @throws RowCountError they are not what they were when the round began
   */
  static async open(work: CopyWork, place: StepPlace): Promise<StepEdits | undefined> {
    const edits = work.journal.editsOf(place);
    if (edits === undefined) return undefined;
    const paths = editPathsOf(work, place);
    const hashes = await hashesOf(paths);
    if (hashes.join() !== edits.sha256.join())
      throw new RowCountError(`The rows that were fixed are not what they were any more: ${paths.lines}`);
    return new StepEdits(paths, edits.columns);
  }

  /** The row of a record, with all columns, until the next one is asked for; undefined for one that is not to be sent. */
  lineOf(id: Uint32Array): Buffer | undefined {
    const number = this.#map.get(id)?.[0];
    return number === undefined ? undefined : this.#lines.read(number);
  }

  close(): void {
    this.#lines[Symbol.dispose]();
    this.#map.close();
  }
}
