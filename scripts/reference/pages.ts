import { commandsPage } from './commands.ts';
import { errorsPage } from './errors.ts';

/** The pages that follow from the code, by their paths. */
export function referencePages(): ReadonlyArray<readonly [string, string]> {
  return [
    ['docs/commands.md', commandsPage()],
    ['docs/errors.md', errorsPage()],
  ];
}
