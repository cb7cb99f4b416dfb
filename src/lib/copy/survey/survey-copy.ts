import type { CopyObject, CopySurvey } from '../../run/copy-record.js';
import { finderByName } from '../match/by-name.js';
import { CopyMaps } from '../model/copy-maps.js';
import { stepsOf } from '../model/steps.js';
import { ExportedRecords } from '../source/exported-records.js';
import { openKnownIds, readKnownIds } from '../match/known-ids.js';
import { matchPersonContacts, openMatchedPersons, selectPersonContacts } from './person-contacts.js';
import { looksAhead, openMembers } from './looks-ahead.js';
import {
  matchMapPaths,
  membersName,
  membersPrefix,
  personSelectionName,
  exportFolder,
  ownFile,
} from '../model/own-files.js';
import { RowLevels } from '../model/row-levels.js';
import { surveyObject, type ObjectSurvey } from './survey.js';
import { hasLater, surveyLater } from './survey-later.js';
import { unusedValuesText } from './unused-values.js';
import { prefixesOf, type CopyWork } from '../model/work.js';

/** Finds out what is to be sent, or reads what was found out before. @returns the levels of objects that have them */
export async function surveyCopy(work: CopyWork): Promise<ReadonlyMap<string, RowLevels>> {
  const { journal, events } = work;
  const { plan, surveyed } = journal;
  const levels = new Map<string, RowLevels>();
  if (surveyed !== undefined) {
    await openSurveyed(work);
    for (const { object } of plan.objects) {
      const rows = surveyed.surveys.find((survey) => survey.object === object)?.read ?? 0;
      const known = await RowLevels.read(levelsPath(work, object), rows);
      if (known !== undefined) levels.set(object, known);
    }
    events.emit('surveyed', surveyed);
    return levels;
  }
  await readKnownIds(work);
  await openKnownIds(work);
  const surveys: CopySurvey[] = [];
  const selection = new CopyMaps();
  if (looksAhead(plan)) await findMembers(work);
  try {
    for (const object of plan.objects) {
      const found = await surveyOne(work, object, selection);
      surveys.push(found.survey);
      if (found.levels !== undefined) levels.set(object.object, found.levels);
    }
    for (const [index, survey] of surveys.entries()) {
      const object = plan.objects[index];
      if (object !== undefined && hasLater(survey))
        surveys[index] = await lookAtLater(work, survey, { object, selection, levels });
    }
  } finally {
    selection.close();
  }
  work.members.close();
  await work.contexts.target.store.removeFiles(work.runId, [membersPrefix]);
  await openMembers(work);
  warnOfUnknown(work, surveys);
  await warnOfUnused(work);
  const found = { surveys, steps: stepsOf(surveys) };
  await journal.append({ type: 'surveyed', ...found });
  events.emit('surveyed', found);
  return levels;
}

/** Tells of ids that know none of all records of an object, which nothing else finds: they may be of another org. */
function warnOfUnknown({ journal, known, events }: CopyWork, surveys: readonly CopySurvey[]): void {
  for (const { object, soql, key, match } of journal.plan.objects) {
    const survey = surveys.find((each) => each.object === object);
    const isKnown = known.of(object).some(({ size }) => size > 0);
    if (survey === undefined || !isKnown || (key ?? match) !== undefined || / WHERE /i.test(soql)) continue;
    const { updates = [], read, outside } = survey;
    if (read === outside || updates.some((rows) => rows > 0)) continue;
    const text = `None of the ${object} records that were read is in the files of --known-ids. Are they of a copy from the same org?`;
    events.emit('warning', text);
  }
}

/** Tells of replaced values that have no effect. */
async function warnOfUnused(work: CopyWork): Promise<void> {
  for (const object of work.journal.plan.objects) {
    if (object.values === undefined && object.recordTypes === undefined) continue;
    const exported = await ExportedRecords.open(exportFolder(work, object.object));
    const text = await unusedValuesText(object, exported);
    if (text !== undefined) work.events.emit('warning', text);
  }
}

/** Opens the maps that a survey has made. */
export async function openSurveyed(work: CopyWork): Promise<void> {
  await openKnownIds(work);
  for (const each of work.journal.plan.objects) {
    for (const path of matchMapPaths(work, each.object)) work.matches.add(each.object, path);
    await openMatchedPersons(work, each);
  }
  await openMembers(work);
}

/** Which records belong to the copy does not depend on which of them are held. */
async function findMembers(work: CopyWork): Promise<void> {
  const matches = new CopyMaps();
  try {
    for (const object of work.journal.plan.objects)
      await surveyOne({ ...work, matches }, object, work.members);
  } finally {
    matches.close();
  }
}

async function surveyOne(work: CopyWork, object: CopyObject, selection: CopyMaps): Promise<ObjectSurvey> {
  const { journal, matches, known, members } = work;
  const exported = await ExportedRecords.open(exportFolder(work, object.object));
  // While these are found they are not known.
  const isFinding = members === selection;
  const pathFor = (name: string): string => ownFile(work, isFinding ? membersName(name) : name);
  const prefixes = prefixesOf(journal.plan);
  const { owners } = journal;
  const found = await surveyObject({
    object,
    exported,
    prefixes,
    selection,
    matches,
    known,
    members: isFinding ? new CopyMaps() : members,
    owners,
    pathFor,
  });
  await matchPersonContacts(work, object);
  await selectPersonContacts(object, selection, { exported, path: pathFor(personSelectionName) });
  await found.levels?.write(levelsPath(work, object.object));
  return found;
}

type Selected = {
  readonly object: CopyObject;
  readonly selection: CopyMaps;
  readonly levels: ReadonlyMap<string, RowLevels>;
};

async function lookAtLater(
  work: CopyWork,
  survey: CopySurvey,
  { object, selection, levels }: Selected,
): Promise<CopySurvey> {
  const { journal, matches, known } = work;
  return surveyLater(survey, {
    object,
    exported: await ExportedRecords.open(exportFolder(work, object.object)),
    prefixes: prefixesOf(journal.plan),
    findByName: finderByName(object, journal.owners),
    selection,
    matches,
    known,
    levels: levels.get(object.object),
  });
}

/** The levels of an object that refers to itself. */
function levelsPath(work: CopyWork, object: string): string {
  return ownFile(work, `levels-${object}`);
}
