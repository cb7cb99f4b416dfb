import { cellText } from '../../csv/cells.js';
import { idWords, writeId } from '../../csv/record-id.js';
import { isThere } from '../../files/file-facts.js';
import type { CopyObject } from '../../run/copy-record.js';
import { type CopyMaps, findParent } from '../model/copy-maps.js';
import { ExportedRecords } from '../source/exported-records.js';
import { exportInto } from '../source/export-objects.js';
import { IdMap, IdMapWriter } from '../../files/id-map.js';
import { personContact, personFlag } from '../plan/plan-persons.js';
import type { CopyWork } from '../model/work.js';
import { exportFolder, ownFile } from '../model/own-files.js';

/** Makes the contacts of persons a part of what is copied, as their accounts are. */
export async function selectPersonContacts(
  { object, persons }: CopyObject,
  selection: CopyMaps,
  { exported, path }: { readonly exported: ExportedRecords; readonly path: string },
): Promise<void> {
  if (persons?.contact === undefined) return;
  const contacts = new IdMapWriter(path);
  await eachPerson(exported, (account, contact) => {
    const known = selection.find(object, account);
    if (known !== undefined) contacts.add(contact, known instanceof Uint32Array ? known : undefined);
  });
  await contacts.finish();
  selection.add(persons.contact, path);
}

/**
 * Finds the contacts that the target has made for the persons of a round, once all of them are there: their ids are read
 * from their accounts.
 */
export async function mapPersonContacts(
  work: CopyWork,
  round: number,
  { object, persons }: CopyObject,
): Promise<void> {
  if (persons?.contact === undefined) return;
  // No account of it was sent.
  if (work.journal.isAborting && work.maps.of(object).length === 0) return;
  const path = personMapPath(work, round);
  if (!(await isThere(path))) await writeMap(work, object, { name: String(round), path });
  work.maps.add(persons.contact, path);
}

/**
 * Finds the contacts of persons that the target has already, where they are a part of keys: for want of them, what is there
 * would be taken for new.
 */
export async function matchPersonContacts(work: CopyWork, { object, persons }: CopyObject): Promise<void> {
  const contact = persons?.contact;
  if (contact === undefined || !isInKeys(contact, work) || work.matches.of(object).length === 0) return;
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
  object: string,
  { name, path }: { readonly name: string; readonly path: string },
): Promise<void> {
  const folder = ownFile(work, `target-persons-${name}`);
  const soql = `SELECT Id, ${personContact} FROM ${object} WHERE ${personFlag} = true`;
  await exportInto(folder, { work, soql, org: work.contexts.target });
  const inTarget = new IdMapWriter(`${path}.target`);
  await eachPerson(await ExportedRecords.open(folder), (account, contact) => inTarget.add(account, contact));
  await inTarget.finish();
  const known = IdMap.open(`${path}.target`);
  const contacts = new IdMapWriter(path);
  try {
    const exported = await ExportedRecords.open(exportFolder(work, object));
    await eachPerson(exported, (account, contact) => {
      const target = findParent(object, account, work);
      if (target !== undefined)
        contacts.add(contact, target instanceof Uint32Array ? known.get(target) : undefined);
    });
    await contacts.finish();
  } finally {
    known.close();
    contacts.discard();
  }
}

/** Ids are valid during the call only. */
async function eachPerson(
  exported: ExportedRecords,
  visit: (account: Uint32Array, contact: Uint32Array) => void,
): Promise<void> {
  const [idCell, contactCell] = [exported.indexOf('Id'), exported.indexOf(personContact)];
  const account = new Uint32Array(idWords);
  const contact = new Uint32Array(idWords);
  await exported.scan((record) => {
    if (!writeId(cellText(record, contactCell), contact)) return;
    if (writeId(cellText(record, idCell), account)) visit(account, contact);
  });
}
