import { join } from 'node:path';
import { copyOrgs, id, type CopyOrgs } from './copy-orgs.ts';
import { writeLookupSchema } from './lookup-graphs.ts';
import { tempFolder } from './temp-folder.ts';

/** The file of a schema: `A__c` and `B__c`, each with a lookup to the other. */
export async function circleSchema(): Promise<string> {
  const schema = join(await tempFolder(), 'schema.json');
  await writeLookupSchema(
    schema,
    ['A__c', 'B__c'],
    [
      { field: 'B__c', from: 'A__c', to: 'B__c', isRequired: false },
      { field: 'A__c', from: 'B__c', to: 'A__c', isRequired: false },
    ],
  );
  return schema;
}

/** Records that refer to each other in a circle; `A__c.B__c` is filled at the end. A record of each refers to none of the copy. */
export async function circle(): Promise<CopyOrgs> {
  const schema = await circleSchema();
  const parents = { A__c: ['B 0', 'B 1', 'B 1'], B__c: ['A 0', 'A 2'] };
  const idOf = (name: string): string => id(`a0${name.slice(0, 1)}`, Number(name.slice(2)));
  return copyOrgs(
    {
      A__c: parents.A__c.map((B__c, at) => ({ Id: id('a0A', at), Name: `A ${at}`, B__c: idOf(B__c) })),
      B__c: parents.B__c.map((A__c, at) => ({ Id: id('a0B', at), Name: `B ${at}`, A__c: idOf(A__c) })),
    },
    { source: { schema: [schema] }, target: { schema: [schema] } },
  );
}

/** Holds those whose parent is not copied. */
export const held = {
  objects: [
    { object: 'A__c', lookups: { B__c: { missing: 'hold' as const } } },
    { object: 'B__c', where: "Name = 'B 1'" },
  ],
};
