import { Messages } from '@salesforce/core';
import { rowsOf, shownSteps } from '../../lib/copy/account.js';
import type { AskForCopy } from '../../lib/copy/copy.js';
import type { CopyPlan, CopyStep, CopySurvey } from '../../lib/run/copy-record.js';
import { heldBefore } from '../held-text.js';
import { formatCount, formatRecords } from '../units.js';
import { operationOf } from './copy-report.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.copy');

type Surveyed = Parameters<AskForCopy>[0];

/** What would be sent, as rows of a table. */
export function planRows(surveyed: Surveyed) {
  const { surveys, steps } = surveyed;
  return [
    ...shownSteps(steps, surveys).map((step, index, shown) => planRow(surveyed, { step, index, shown })),
    ...surveys.flatMap((survey) => unsentRow(survey, steps)),
  ];
}

/** What a person should know of it beside the rows. */
export function planLines({ plan, surveys, owners }: Surveyed): string[] {
  const held = surveys.flatMap(({ object, heldReasons = [] }) =>
    heldReasons.map((each) => ({ object, ...each })),
  );
  return [
    ...surveys.flatMap((survey) => remarksOn(plan, survey)),
    ...heldBefore(held),
    ...surveys.flatMap(laterHeldLines),
    ...(plan.isFromProduction === true ? plan.objects.flatMap(unmaskedIn) : []),
    ...ownerRemarks(plan, surveys, owners),
    ...plan.objects.flatMap(lostIn),
  ];
}

/** `Account`, `Account level 2`, `Account, updates`, `Account, lookups` */
export function stepName({ object, kind, level }: CopyStep): string {
  const name = level === 0 ? object : messages.getMessage('stepName.level', [object, String(level + 1)]);
  return kind === 'load' ? name : messages.getMessage(`stepName.${kind}`, [name]);
}

type PlannedStep = {
  readonly step: CopyStep;
  readonly index: number;
  readonly shown: readonly CopyStep[];
};

function planRow({ plan, surveys }: Surveyed, { step, index, shown }: PlannedStep) {
  const survey = surveys.find(({ object }) => object === step.object);
  const isFirst = shown.findIndex(({ object }) => object === step.object) === index;
  const does = operationOf({ plan }, step);
  const rows = rowsOf(step, surveys);
  return {
    '#': index + 1,
    step: stepName(step),
    does,
    read: isFirst ? formatCount(survey?.read ?? 0) : '',
    // Which of them an upsert creates only the org knows.
    ...(does === 'upsert'
      ? { new: `${formatCount(rows)} new or update`, update: '' }
      : {
          new: does === 'insert' ? formatCount(rows) : '',
          update: does === 'update' ? formatCount(rows) : '',
        }),
    held: heldText(step, survey, isFirst),
    'not in copy': isFirst ? formatCount(survey?.outside ?? 0) : '',
  };
}

/** Those that are held from the update at the end are told in its row. */
function heldText({ kind }: CopyStep, survey: CopySurvey | undefined, isFirst: boolean): string {
  if (kind === 'later' && survey !== undefined) return formatCount(laterHeldIn(survey));
  return isFirst ? formatCount(survey?.held ?? 0) : '';
}

/** Records that are sent, and whose lookups can't be filled at the end. */
export function laterHeldIn({ laterHeld = [] }: CopySurvey): number {
  return laterHeld.reduce((sum, { count }) => sum + count, 0);
}

function laterHeldLines({ object, laterHeld = [] }: CopySurvey): string[] {
  return laterHeld.map(({ field, reason, count }) =>
    messages.getMessage('laterHeld', [object, field, formatRecords(count), reason]),
  );
}

/** Of an object without a step: none of its records belongs to the copy. */
function unsentRow({ object, read, held, outside }: CopySurvey, steps: readonly CopyStep[]) {
  if (steps.some((step) => step.object === object)) return [];
  const counts = { held: formatCount(held), 'not in copy': formatCount(outside) };
  return [{ '#': '', step: object, does: '', read: formatCount(read), new: '', update: '', ...counts }];
}

function remarksOn({ objects }: CopyPlan, survey: CopySurvey): string[] {
  const { object, cleared, later, unchanged, updates } = survey;
  const planned = objects.find((each) => each.object === object);
  const line = (key: string, field: string, rows: number): string =>
    messages.getMessage(key, [object, field, formatRecords(rows)]);
  const found =
    unchanged === undefined ? [] : [messages.getMessage('unchanged', [object, formatRecords(unchanged)])];
  const finds = (updates ?? unchanged) !== undefined || planned?.key !== undefined;
  const [ofParents, ofTypes] = finds ? ['kept', 'keptType'] : ['cleared', 'clearedType'];
  const isType = (name: string): boolean =>
    planned?.lookups.some(({ field, byName }) => field === name && byName === 'recordType') === true;
  return [
    ...found,
    ...Object.entries(cleared).map(([field, rows]) => line(isType(field) ? ofTypes : ofParents, field, rows)),
    ...Object.entries(later).map(([field, rows]) => line('later', field, rows)),
    ...keptIn(planned, survey),
  ];
}

/** Fields that a record keeps once it is there: where they are compared, those of records that differ. */
function keptIn(planned: CopyPlan['objects'][number] | undefined, survey: CopySurvey): string[] {
  const { object, updates = [], kept = 0 } = survey;
  const compared = planned?.match?.kept?.map(({ field }) => field) ?? [];
  const known = [...compared, ...(planned?.match?.fields.map(({ field }) => field) ?? [])];
  const others = (planned?.insertOnly ?? []).filter((field) => !known.includes(field));
  const areUpdated = updates.some((rows) => rows > 0);
  return [
    ...(kept > 0
      ? [messages.getMessage('keptValues', [object, formatRecords(kept), compared.join(', ')])]
      : []),
    ...(areUpdated && others.length > 0
      ? [messages.getMessage('keptFields', [object, others.join(', ')])]
      : []),
  ];
}

/** `Owners not found: 12 users, 1,204 records -> you` */
function ownerRemarks(
  { owners: rule }: CopyPlan,
  surveys: readonly CopySurvey[],
  owners: Surveyed['owners'],
): string[] {
  const missing = Object.values(owners?.missing ?? {}).length;
  if (missing === 0 || rule === undefined) return [];
  const records = surveys.reduce((sum, { unmatched }) => sum + (unmatched?.OwnerId ?? 0), 0);
  const key = rule.else === 'hold' ? 'ownersHeld' : 'ownersToMe';
  return [messages.getMessage(key, [formatCount(missing), formatRecords(records)])];
}

function unmaskedIn({ object, unmasked = [] }: CopyPlan['objects'][number]): string[] {
  return unmasked.length === 0 ? [] : [messages.getMessage('unmasked', [object, unmasked.join(', ')])];
}

function lostIn({ object, leftOut }: CopyPlan['objects'][number]): string[] {
  const lost = leftOut.filter(({ reason }) => !reason.startsWith('is '));
  const names = lost.map(({ field }) => field).join(', ');
  return lost.length === 0 ? [] : [messages.getMessage('leftOut', [object, names])];
}
