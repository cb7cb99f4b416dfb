import { describePlace, explainMistake } from './mistakes.js';
import type { Place } from './place.js';
import { positionAt, type SoqlProblem } from './problem.js';

/** Why a query could not be read to its end. */
export type Unreadable = {
  readonly problem: SoqlProblem;
  /** It has a mistake that is known, with its fix; otherwise the org may know SOQL that this library does not. */
  readonly isMistake: boolean;
};

export function unreadable(soql: string, place: Place): Unreadable {
  const mistake = explainMistake(place);
  return {
    problem: {
      code: 'SYNTAX',
      message: describePlace(place),
      wayOut: 'Check the query near that position.',
      ...mistake,
      position: positionAt(soql, place.token()?.start ?? soql.trimEnd().length),
      restServes: false,
    },
    isMistake: mistake !== undefined,
  };
}
