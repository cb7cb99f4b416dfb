import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { longId } from '../../../../src/lib/api/identifiers.js';
import { resumeCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../../../src/lib/copy/model/events.js';
import type { CopyStatus } from '../../../../src/lib/copy/model/status.js';
import { InputError, UsageError } from '../../../../src/lib/errors.js';
import { Events } from '../../../../src/lib/events.js';
import {
  accounts,
  contacts,
  copyOrgs,
  edit,
  failedFile,
  failing,
  id,
  links,
  tasks,
  type CopyOrgs,
  type Records,
} from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

const plan = { objects: [{ object: 'Task' }, { object: 'Contact' }, { object: 'Account' }] };

/** A copy of ten accounts, two of which fail, with their contacts and tasks. */
async function withFailures(): Promise<{ readonly orgs: CopyOrgs; readonly status: CopyStatus }> {
  const named = accounts(10).map(({ Id, Name }) => ({ Id, Name }));
  const orgs = await copyOrgs({ Account: named, Contact: contacts(20, 10), Task: tasks(20) });
  await orgs.target.faults.add(failing('Name', ['Account 3', 'Account 7']));
  const status = await orgs.copy(plan);
  expect(status.totals).toMatchObject({ failed: 2, held: 8 });
  return { orgs, status };
}

/** @param warnings gets what the retry warns of */
function retry(
  orgs: CopyOrgs,
  { runId }: Pick<CopyStatus, 'runId'>,
  warnings: string[] = [],
): Promise<CopyStatus> {
  const events = new Events<CopyEvents>();
  events.on('warning', (text) => warnings.push(text));
  return resumeCopy({ runId }, { events, isRetry: true }, orgs.contexts);
}

const withoutLine = (mark: string) => (text: string) =>
  text
    .split('\n')
    .filter((line) => !line.includes(mark))
    .join('\n');

describe('a retry of a copy', () => {
  test('sends rows of the failed-records file as they are now, and what was held because of them', async () => {
    const { orgs, status } = await withFailures();
    const header = (await readFile(failedFile(status), 'utf8')).split('\n')[0] ?? '';
    expect(header.endsWith(',source__Id')).toBe(true);
    await edit(failedFile(status), (text) =>
      text.replace('Account 3', 'Account three').replace('Account 7', 'Account seven'),
    );
    const after = await retry(orgs, status);
    expect(after.totals).toEqual({ sent: 50, successful: 50, failed: 0, unprocessed: 0, held: 0 });
    const named = (name: unknown) => String(name).replace(/3$/, 'three').replace(/7$/, 'seven');
    const wanted = Object.entries(await links(orgs.source, 'Contact', 'AccountId', 'Account'));
    expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual(
      Object.fromEntries(wanted.map(([child, parent]) => [child, named(parent)])),
    );
    expect(await links(orgs.target, 'Task', 'WhoId', 'Contact')).toEqual(
      await links(orgs.source, 'Task', 'WhoId', 'Contact'),
    );
    expect(await orgs.target.records('Account')).toHaveLength(10);
  });

  test('reads a file that a spreadsheet has saved: BOM, semicolons, CRLF, other columns first', async () => {
    const { orgs, status } = await withFailures();
    await edit(failedFile(status), () => {
      const rows = [3, 7].map((index) =>
        [
          longId(id('001', index)),
          `Fixed ${index}`,
          '"a ""b"",\r\nc"',
          'Account.csv',
          index + 1,
          'note',
        ].join(';'),
      );
      const names = 'source__Id;Name;Site;source__File;source__Row;My notes';
      return `\ufeff${[names, ...rows.toReversed()].join('\r\n')}\r\n`;
    });
    const warnings: string[] = [];
    const after = await retry(orgs, status, warnings);
    expect(after.totals).toMatchObject({ successful: 50, failed: 0, held: 0 });
    expect(warnings.join('\n')).toContain("no fields of Account, and aren't sent: My notes");
    const found = (await orgs.target.records('Account')).filter(({ Name }) =>
      String(Name).startsWith('Fixed'),
    );
    expect(found.map(({ Name, Site }) => [Name, Site])).toEqual([
      ['Fixed 3', 'a "b",\r\nc'],
      ['Fixed 7', 'a "b",\r\nc'],
    ]);
    expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toMatchObject({
      'Contact 3': 'Fixed 3',
    });
  });

  test('sends a field that was added to the file, and leaves it empty in rows that were held', async () => {
    const orgs = await copyOrgs({ Contact: contacts(4, 1), Account: accounts(1) });
    await orgs.target.faults.add(failing('LastName', ['Contact 2']));
    const status = await orgs.copy({ objects: [{ object: 'Contact', fields: ['LastName'] }] });
    await orgs.target.faults.clear();
    await edit(failedFile(status), (text) => {
      const [header, row] = text.split('\n');
      return `${header},Department\n${row},Sales\n`;
    });
    await retry(orgs, status);
    const departments = (await orgs.target.records('Contact')).map((each) => [
      each.LastName,
      each.Department,
    ]);
    expect(departments).toContainEqual(['Contact 2', 'Sales']);
    expect(departments).toHaveLength(4);
  });

  test('does not send a row that was removed, then or later; it stays failed, and its children stay held', async () => {
    const { orgs, status } = await withFailures();
    await edit(failedFile(status), (text) => withoutLine('Account 7')(text).replace('Account 3', 'Three'));
    const warnings: string[] = [];
    const after = await retry(orgs, status, warnings);
    expect(warnings.join()).toMatch(/^1 of 2 failed rows .*: it is not sent, and stays failed\.$/);
    expect(after.totals).toEqual({ sent: 46, successful: 45, failed: 1, unprocessed: 0, held: 4 });
    await orgs.target.faults.clear();
    const again = await retry(orgs, status);
    expect(again.totals).toEqual({ sent: 46, successful: 45, failed: 1, unprocessed: 0, held: 4 });
    expect(await orgs.target.records('Account')).toHaveLength(9);
  });

  test('can be retried with the rows fixed once more, in the file of the retry', async () => {
    const { orgs, status } = await withFailures();
    await edit(failedFile(status), (text) => text.replace('Account 7', 'Seven'));
    const second = await retry(orgs, status);
    expect(second.totals).toMatchObject({ failed: 1, held: 4 });
    expect(failedFile(second)).not.toBe(failedFile(status));
    await edit(failedFile(second), (text) => text.replace('Account 3', 'Three'));
    const third = await retry(orgs, status);
    expect(third.totals).toEqual({ sent: 50, successful: 50, failed: 0, unprocessed: 0, held: 0 });
    const names = (await orgs.target.records('Account')).map(({ Name }) => String(Name));
    expect(names.toSorted().slice(-2)).toEqual(['Seven', 'Three']);
    expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toMatchObject({
      'Contact 3': 'Three',
      'Contact 17': 'Seven',
    });
  });

  const third = longId(id('001', 3));
  test.each([
    ['of a record that did not fail', (text: string) => text.replace(third, longId(id('001', 99)))],
    ['without an id', (text: string) => text.replace(third, '')],
    [
      'of a record that has another one',
      (text: string) => text.replace(third, longId(id('001', 7))).replace(/csv,\d+/, 'csv,'),
    ],
    [
      'that was added',
      (text: string) => `${text}${(text.split('\n')[2] ?? '').replace(/csv,\d+/, 'csv,9')}\n`,
    ],
  ])('refuses a row %s, sends nothing, and works once the file is fixed', async (_, change) => {
    const { orgs, status } = await withFailures();
    const path = failedFile(status);
    const before = await readFile(path, 'utf8');
    await writeFile(path, change(before));
    const jobs = await orgs.target.jobs();
    const failure = await failureOf(retry(orgs, status));
    expect([InputError, UsageError]).toContain(failure.constructor);
    expect(failure.message).toContain(path);
    expect(await orgs.target.jobs()).toHaveLength(jobs.length);
    await writeFile(path, before.replace('Account 3', 'Three').replace('Account 7', 'Seven'));
    expect((await retry(orgs, status)).totals).toMatchObject({ successful: 50, failed: 0 });
  });

  test('refuses to guess where a file is gone', async () => {
    const { orgs, status } = await withFailures();
    await rm(failedFile(status));
    const failure = await failureOf(retry(orgs, status));
    expect(failure).toBeInstanceOf(UsageError);
    expect(String(failure)).toContain('is not there any more');
    expect((failure as UsageError).actions.join()).toContain(`--known-ids ${status.plan.resultsDir}: `);
    await rename(status.plan.resultsDir, `${status.plan.resultsDir} moved`);
    const moved = await failureOf<UsageError>(retry(orgs, status));
    expect(moved.actions).toContain(
      'Or copy again with --known-ids and the folder that its -ids.csv files are in now: what is in the target is not created twice.',
    );
  });

  test('fixes the one of two records with equal values that failed', async () => {
    const twins: Records = accounts(2).map((each) => ({ ...each, Name: 'Twin' }));
    const orgs = await copyOrgs({ Account: twins, Contact: contacts(2, 2) });
    const { action } = failing('Name', []);
    const { kind, statusCode, message } = action;
    await orgs.target.faults.add({
      endpoint: 'ingest.process',
      action: { kind, statusCode, message, everyNth: 2 },
    });
    const objects = [{ object: 'Account', fields: ['Name'] }, { object: 'Contact' }];
    const status = await orgs.copy({ objects });
    expect(status.totals).toMatchObject({ successful: 2, failed: 1, held: 1 });
    await edit(failedFile(status), (text) => text.replace('Twin', 'Fixed'));
    const failed = (await readFile(failedFile(status), 'utf8')).trim().split(',').at(-1);
    await retry(orgs, status);
    const child = failed === longId(id('001', 0)) ? 'Contact 0' : 'Contact 1';
    const parents = await links(orgs.target, 'Contact', 'AccountId', 'Account');
    expect(parents).toEqual({ 'Contact 0': 'Twin', 'Contact 1': 'Twin', [child]: 'Fixed' });
  });

  test('sends rows that were not processed as they are in their file', async () => {
    const orgs = await copyOrgs({ Account: accounts(2), Contact: contacts(2, 2) });
    const broken = { kind: 'fail-job', afterBatches: 0, errorMessage: 'InvalidBatch : no' } as const;
    await orgs.target.faults.add({ endpoint: 'ingest.process', action: broken });
    const status = await orgs.copy({ objects: [{ object: 'Account' }, { object: 'Contact' }] });
    expect(status.totals).toMatchObject({ unprocessed: 2, held: 2 });
    const path = status.steps[0]?.files[0]?.unprocessed ?? '';
    await edit(path, (text) => text.replace('Account 1', 'One'));
    await retry(orgs, status);
    expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual({
      'Contact 0': 'Account 0',
      'Contact 1': 'One',
    });
  });

  test('sends lookups that are filled at the end as they are in their file', async () => {
    const shipments = [1, 0, null].map((parent, index) => ({
      Id: id('a00', index),
      Name: `Shipment ${index}`,
      Part_Of__c: parent === null ? null : id('a00', parent),
    }));
    const orgs = await copyOrgs({ Shipment__c: shipments });
    const { kind, statusCode, message } = failing('Part_Of__c', []).action;
    const isUpdate = {
      endpoint: 'ingest.process',
      nth: 2,
      action: { kind, statusCode, message, everyNth: 2 },
    };
    await orgs.target.faults.add(isUpdate);
    const status = await orgs.copy({ objects: [{ object: 'Shipment__c' }] });
    expect(status.steps.map(({ counts }) => counts?.failed)).toEqual([0, 1]);
    const ids = new Map((await orgs.target.records('Shipment__c')).map(({ Name, Id }) => [Name, String(Id)]));
    const third = ids.get('Shipment 2') ?? '';
    await edit(failedFile(status, 1), (text) =>
      text.replace(/,(\w{15})(?:\w{3})?,(\w{15})(?:\w{3})?,(\w{18})$/m, `,$1,${third},$3`),
    );
    await retry(orgs, status);
    const parents = Object.values(await links(orgs.target, 'Shipment__c', 'Part_Of__c', 'Shipment__c'));
    expect(parents.filter((name) => name === 'Shipment 2')).toHaveLength(1);
  });
});
