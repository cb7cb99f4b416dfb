/** A file that gets its name when it is complete. */
type Unfinished = { commit(): Promise<void>; discard(): Promise<void> };

/** Writes a file and gives it its name. On an error nothing is left of it. */
export async function writeWhole<File extends Unfinished, Result>(
  file: File,
  write: (file: File) => Promise<Result>,
): Promise<Result> {
  try {
    const result = await write(file);
    await file.commit();
    return result;
  } catch (error) {
    await file.discard();
    throw error;
  }
}
