import { expect, test } from 'vitest';
import { wrapped } from '../../src/cli/wrapped.js';

test('lines are broken between words, and keep their indent', () => {
  expect(wrapped('  one two three\nfour', 10)).toBe('  one two\n  three\nfour');
});

test('a word that is longer than the terminal is wide is left to the terminal', () => {
  expect(wrapped('see https://example.com/a/long/address now', 12)).toBe(
    'see\nhttps://example.com/a/long/address\nnow',
  );
});

test('a number stays with its unit', () => {
  expect(wrapped('in 5.7 s, 86.0 MB', 9)).toBe('in 5.7 s,\n86.0 MB');
});

test('a command is not broken', () => {
  expect(wrapped('Then resume with: sf bulk2 job resume --id 750 --wait 5', 30)).toBe(
    'Then resume with:\nsf bulk2 job resume --id 750 --wait 5',
  );
});

test('a command in color is not broken either', () => {
  const command = '\x1B[2msf bulk2 job resume --id 20260131T080000000Z-6c9eb2\x1B[22m';
  expect(wrapped(command, 30)).toBe(command);
  expect(wrapped(`Resume: ${command}`, 30)).toBe(`Resume:\n${command}`);
});

test('a path at the end of a line is not broken, blanks in it included', () => {
  expect(wrapped('Saved the ids of 3 records to /home/ada/my files/a b.csv', 30)).toBe(
    'Saved the ids of 3 records to\n/home/ada/my files/a b.csv',
  );
  expect(wrapped('/home/ada/my files/a b.csv', 10)).toBe('/home/ada/my files/a b.csv');
  expect(wrapped('/home/ada/a.csv, row 3: too few values in b.csv', 30)).toBe(
    '/home/ada/a.csv, row 3: too\nfew values in b.csv',
  );
});

test('a path is not broken at its blanks, in a sentence or as a folder at its end', () => {
  expect(wrapped('5 records written to /home/ada/my files/a b.csv in 0.7 s', 30)).toBe(
    '5 records written to\n/home/ada/my files/a b.csv in\n0.7 s',
  );
  expect(wrapped('The results: /home/ada/my new results', 20)).toBe('The results:\n/home/ada/my new results');
});

test('what is in quotes is not broken', () => {
  expect(wrapped('more rows from "my big file", and others', 20)).toBe(
    'more rows from\n"my big file", and\nothers',
  );
});

test('a line of a table is not broken', () => {
  expect(wrapped('001000000000001AAA  one two three', 20)).toBe('001000000000001AAA  one two three');
});

test('wide characters take two columns', () => {
  expect(wrapped('日本 日本 日本', 9)).toBe('日本 日本\n日本');
});

test.each([undefined, 0])('without a terminal, %s columns, nothing is broken', (columns) => {
  expect(wrapped('one two three', columns)).toBe('one two three');
});
