import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyOrgs, id, type CopyOrgs } from './copy-orgs.ts';
import { tempFolder } from './temp-folder.ts';

const text = (name: string, more: object = {}) => ({ name, type: 'string', length: 80, ...more });
const key = text('Key__c', { externalId: true, unique: true });
const name = text('Name', { nameField: true, defaultedOnCreate: true });
/** Of a master, which a detail keeps. */
const master = {
  name: 'Master__c',
  type: 'reference',
  referenceTo: ['Master__c'],
  relationshipName: 'Master__r',
  nillable: false,
  updateable: false,
};

export async function detailSchemas(): Promise<string[]> {
  const folder = await tempFolder();
  const objects = [
    { name: 'Master__c', label: 'Master', keyPrefix: 'a0M', fields: [name, key] },
    {
      name: 'Detail__c',
      label: 'Detail',
      keyPrefix: 'a0D',
      fields: [name, key, master, text('Once__c', { updateable: false }), text('Note__c')],
    },
  ];
  const paths = objects.map((object) => join(folder, `${object.name}.json`));
  for (const [at, object] of objects.entries()) await writeFile(paths[at] ?? '', JSON.stringify(object));
  return paths;
}

/** Details of two masters in the source: `Master__c` and `Once__c` are given to a record when it is created, and stay. */
export async function detailOrgs(): Promise<CopyOrgs> {
  const schema = await detailSchemas();
  return copyOrgs(
    {
      Master__c: [1, 2].map((at) => ({ Id: id('a0M', at), Name: `M${at}`, Key__c: `m${at}` })),
      Detail__c: [1, 2].map((at) => detail(at, at)),
    },
    { source: { schema }, target: { schema } },
  );
}

export const detail = (number: number, ofMaster: number, more: Readonly<Record<string, string>> = {}) => ({
  Id: id('a0D', number),
  Name: `D${number}`,
  Key__c: `d${number}`,
  Master__c: id('a0M', ofMaster),
  Once__c: 'once',
  Note__c: 'note',
  ...more,
});
