import { expect, test } from 'vitest';
import { copyOrgs, id } from '../../../support/copy-orgs.ts';

test('line breaks of both kinds within texts arrive as line feeds, and their records are copied once each', async () => {
  const texts = ['a\r\nb', 'a\nb', 'c\r\n\r\nd'];
  const orgs = await copyOrgs({
    Account: texts.map((Description, index) => ({ Id: id('001', index), Name: 'same', Description })),
  });
  const { totals } = await orgs.copy({ objects: [{ object: 'Account', fields: ['Name', 'Description'] }] });
  expect(totals).toMatchObject({ successful: 3, failed: 0, held: 0 });
  const found = await orgs.target.records('Account');
  expect(found.map(({ Description }) => Description).toSorted()).toEqual(['a\nb', 'a\nb', 'c\n\nd']);
});
