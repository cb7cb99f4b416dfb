import ts from 'typescript';
import { sourceFiles, visit } from './source.ts';

/** A class of errors: its name is that of the error in the JSON. */
export type ErrorKind = { readonly name: string; readonly extends: string; readonly meaning: string };

/** The errors that are thrown on purpose, with what their classes say of themselves. */
export function errorKinds(files = sourceFiles()): ErrorKind[] {
  const kinds: ErrorKind[] = [];
  for (const file of files) {
    visit(file, (node) => {
      if (!ts.isClassDeclaration(node) || node.name === undefined) return;
      const parent = node.heritageClauses?.[0]?.types[0]?.expression.getText();
      if (parent?.endsWith('Error') !== true) return;
      const meaning = ts
        .getJSDocCommentsAndTags(node)
        .map((doc) => (typeof doc.comment === 'string' ? doc.comment : ''))
        .join(' ')
        .replaceAll(/\s+/g, ' ');
      kinds.push({ name: node.name.text, extends: parent, meaning });
    });
  }
  return kinds.sort((a, b) => (a.name < b.name ? -1 : 1));
}
