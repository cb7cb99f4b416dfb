import { cellText } from '../../csv/cells.js';
import { idWords, writeId } from '../../csv/record-id.js';
import { isThere } from '../../files/file-facts.js';
import type { CopyObject } from '../../run/copy-record.js';
import { type CopyMaps, findParent } from '../model/copy-maps.js';
import { ExportedRecords } from '../source/exported-records.js';
import { exportInto } from '../source/export-objects.js';
import { recordTwice } from '../source/told-records.js';
import { IdMap, IdMapWriter } from '../../files/id-map.js';
import { personContact, personFlag } from '../plan/plan-persons.js';
import type { CopyWork } from '../model/work.js';
import { exportFolder, ownFile } from '../model/own-files.js';

/** Makes the contacts of persons a part of what is copied, as their accounts are. */
export async function selectPersonContacts(
  object: CopyObject,
  selection: CopyMaps,
  { exported, path }: { readonly exported: ExportedRecords; readonly path: string },
): Promise<void> {
  const { persons } = object;
  if (persons?.contact === undefined) return;
  await mapPersons({ object, exported, path, key: personContact }, (map, { account, contact }) => {
    const known = selection.find(object.object, account);
    if (known !== undefined) map.add(contact, known instanceof Uint32Array ? known : undefined);
  });
  selection.add(persons.contact, path);
}

/**
 * Finds the contacts that the target has made for the persons of a round, once all of them are there: their ids are read
 * from their accounts.
 */
export async function mapPersonContacts(work: CopyWork, round: number, object: CopyObject): Promise<void> {
  const { persons } = object;
  if (persons?.contact === undefined) return;
  // No account of it was sent.
  if (work.journal.isAborting && work.maps.of(object.object).length === 0) return;
  const path = personMapPath(work, round);
  if (!(await isThere(path))) await writeMap(work, object, { name: String(round), path });
  work.maps.add(persons.contact, path);
}

/**
 * Finds the contacts of persons that the target has already, where they are a part of keys: for want of them, what is there
 * would be taken for new.
 */
export async function matchPersonContacts(work: CopyWork, object: CopyObject): Promise<void> {
  const contact = object.persons?.contact;
  if (contact === undefined || !isInKeys(contact, work)) return;
  if (work.matches.of(object.object).length === 0) return;
  const path = matchedPersonsPath(work);
  await writeMap(work, object, { name: 'matched', path });
  work.matches.add(contact, path);
}

/** Opens again what was found before. */
export async function openMatchedPersons(work: CopyWork, { persons }: CopyObject): Promise<void> {
  if (persons?.contact === undefined) return;
  const path = matchedPersonsPath(work);
  if (await isThere(path)) work.matches.add(persons.contact, path);
}

function isInKeys(contact: string, { journal }: CopyWork): boolean {
  return journal.plan.objects.some(({ match, lookups }) =>
    lookups.some(
      ({ field, to }) => to.includes(contact) && match?.fields.some((each) => each.field === field),
    ),
  );
}

function matchedPersonsPath(work: Pick<CopyWork, 'runId' | 'contexts'>): string {
  return ownFile(work, 'match-persons');
}

/** The map of the contacts that the target has made in a round. */
export function personMapPath(work: Pick<CopyWork, 'runId' | 'contexts'>, round: number): string {
  return ownFile(work, `map-persons-${round}`);
}

async function writeMap(
  work: CopyWork,
  object: CopyObject,
  { name, path }: { readonly name: string; readonly path: string },
): Promise<void> {
  const folder = ownFile(work, `target-persons-${name}`);
  const soql = `SELECT Id, ${personContact} FROM ${object.object} WHERE ${personFlag} = true`;
  await exportInto(folder, { work, soql, org: work.contexts.target });
  const inTarget = {
    object: { object: object.object },
    exported: await ExportedRecords.open(folder),
    path: `${path}.target`,
    key: 'Id',
  };
  await mapPersons(inTarget, (map, { account, contact }) => map.add(account, contact));
  const exported = await ExportedRecords.open(exportFolder(work, object.object));
  const known = IdMap.open(inTarget.path);
  try {
    await mapPersons({ object, exported, path, key: personContact }, (map, { account, contact }) => {
      const target = findParent(object.object, account, work);
      if (target !== undefined)
        map.add(contact, target instanceof Uint32Array ? known.get(target) : undefined);
    });
  } finally {
    known.close();
  }
}

type PersonMap = {
  readonly object: Pick<CopyObject, 'object' | 'file'>;
  readonly exported: ExportedRecords;
  readonly path: string;
  /** The field whose ids are the keys of the map. */
  readonly key: string;
};

type Person = { readonly account: Uint32Array; readonly contact: Uint32Array };

/**
 * Makes a map out of the persons of an export. Their ids are valid during the call only.
 * @throws UsageError two of them have the same key
 */
async function mapPersons(
  { object, exported, path, key }: PersonMap,
  visit: (map: IdMapWriter, person: Person) => void,
): Promise<void> {
  const [idCell, contactCell] = [exported.indexOf('Id'), exported.indexOf(personContact)];
  const account = new Uint32Array(idWords);
  const contact = new Uint32Array(idWords);
  const map = new IdMapWriter(path);
  try {
    await exported.scan((record) => {
      if (!writeId(cellText(record, contactCell), contact)) return;
      if (writeId(cellText(record, idCell), account)) visit(map, { account, contact });
    });
    const twice = await map.finish();
    if (twice !== undefined) throw await recordTwice({ object, exported }, twice, key);
  } finally {
    map.discard();
  }
}
