import ts from 'typescript';
import { textOf, visit } from './source.ts';

/** A code that a person meets in `data.problems`, in a warning or in a row that was not sent, and what it says. */
export type SaidCode = { readonly code: string; readonly messages: readonly string[] };

/** A function that is given a code: where in its arguments it and its message are, or the messages that it has itself. */
type Maker = {
  readonly code: number;
  readonly message: number;
  /** Stands for what the function puts before the message that it is given. */
  readonly before: string;
  readonly own: readonly string[];
};

const codePattern = /^[A-Z][A-Z_]{3,}$/;

/** What stands for the rest of a sum, and no code of a problem. */
const noCode = 'OTHER';

/**
 * All codes in the order of the alphabet. A message is taken where it is written beside its code. Where it comes from
 * elsewhere, the comment says it that the code has in the type of the codes.
 */
export function saidCodes(files: readonly ts.SourceFile[]): SaidCode[] {
  const said = new Map<string, Set<string>>();
  const add = (codes: readonly string[], messages: readonly string[]): void => {
    for (const code of codes) said.set(code, new Set([...(said.get(code) ?? []), ...messages]));
  };
  const everywhere = files.flatMap((file) => makersIn(file));
  for (const file of files) {
    // Functions of several files have the same name: a file calls its own.
    const makers = new Map([...everywhere, ...makersIn(file)]);
    visit(file, (node) => {
      if (ts.isObjectLiteralExpression(node)) {
        add(codesIn(valueOf(node, 'code')), messagesOf(valueOf(node, 'message')));
      } else if (ts.isCallExpression(node)) {
        const maker = makers.get(node.expression.getText().replace(/^.*\./s, ''));
        if (maker === undefined) return;
        const given = messagesOf(node.arguments[maker.message]).map((text) => maker.before + text);
        add(codesIn(node.arguments[maker.code]), [...maker.own, ...given]);
      }
    });
  }
  said.delete(noCode);
  const meanings = meaningsIn(files);
  for (const code of meanings.keys()) add([code], []);
  return [...said]
    .map(([code, messages]) => ({
      code,
      messages: messages.size > 0 ? [...messages] : (meanings.get(code) ?? []),
    }))
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}

function makersIn(file: ts.SourceFile): Array<[string, Maker]> {
  const makers: Array<[string, Maker]> = [];
  visit(file, (node) => {
    if (!ts.isFunctionDeclaration(node) && !ts.isArrowFunction(node) && !ts.isMethodDeclaration(node)) return;
    const names = node.parameters.map(({ name }) => name.getText());
    const name = ts.isArrowFunction(node)
      ? ts.isVariableDeclaration(node.parent) && node.parent.name.getText()
      : node.name?.getText();
    if (typeof name !== 'string' || !names.includes('code') || node.body === undefined) return;
    const own: string[] = [];
    visit(node.body, (inside) => {
      if (!ts.isObjectLiteralExpression(inside) || valueOf(inside, 'code')?.getText() !== 'code') return;
      own.push(...messagesOf(valueOf(inside, 'message')));
    });
    const message = names.findIndex((each) => each === 'message' || each === 'what');
    const before = names[message] === 'what' ? '… ' : '';
    makers.push([name, { code: names.indexOf('code'), message, before, own }]);
  });
  return makers;
}

/** `{ name: … }`, or what `{ name }` stands for. */
function valueOf(node: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const found = node.properties.find((each) => each.name?.getText() === name);
  if (found === undefined) return undefined;
  if (ts.isPropertyAssignment(found)) return found.initializer;
  return ts.isShorthandPropertyAssignment(found) ? found.name : undefined;
}

function codesIn(node: ts.Expression | undefined): string[] {
  if (node === undefined) return [];
  if (ts.isStringLiteral(node)) return codePattern.test(node.text) ? [node.text] : [];
  return ts.isConditionalExpression(node) ? [...codesIn(node.whenTrue), ...codesIn(node.whenFalse)] : [];
}

/** What an expression may say, as far as it is written in the same file. */
function messagesOf(node: ts.Expression | undefined): string[] {
  if (node === undefined) return [];
  if (ts.isConditionalExpression(node)) return [...messagesOf(node.whenTrue), ...messagesOf(node.whenFalse)];
  if (ts.isIdentifier(node)) return messagesOf(constantOf(node));
  if (ts.isCallExpression(node)) return returnedBy(node.expression.getText(), node.getSourceFile());
  if (ts.isBinaryExpression(node)) return eitherOrSum(node);
  const text = textOf(node);
  return text === undefined || /^[… ]*$/.test(text) ? [] : [text];
}

/** `a ?? b` says one of the two, `a + b` both. */
function eitherOrSum({ left, right, operatorToken }: ts.BinaryExpression): string[] {
  if (operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken)
    return [...messagesOf(left), ...messagesOf(right)];
  const [before, behind] = [textOf(left), textOf(right)];
  return before === undefined || behind === undefined ? [] : [before + behind];
}

/** The nearest constant of a name, in the functions around it. */
function constantOf(name: ts.Identifier): ts.Expression | undefined {
  for (let scope: ts.Node = name.parent; !ts.isSourceFile(scope); scope = scope.parent) {
    let found: ts.Expression | undefined;
    if (ts.isBlock(scope)) {
      for (const statement of scope.statements) {
        if (!ts.isVariableStatement(statement)) continue;
        const { declarations } = statement.declarationList;
        found ??= declarations.find((each) => each.name.getText() === name.text)?.initializer;
      }
    }
    if (found !== undefined) return found;
  }
  return undefined;
}

function returnedBy(name: string, file: ts.SourceFile): string[] {
  const texts: string[] = [];
  for (const each of file.statements) {
    if (!ts.isFunctionDeclaration(each) || each.name?.getText() !== name || each.body === undefined) continue;
    visit(each.body, (node) => {
      if (ts.isReturnStatement(node) && !node.expression?.getText().includes(`${name}(`))
        texts.push(...messagesOf(node.expression));
    });
  }
  return texts;
}

/** What the comment before a code says: `/** … *\/ | 'NO_KEY'` in a type, `/** … *\/ code: 'NO_KEY'` in a problem. */
function meaningsIn(files: readonly ts.SourceFile[]): Map<string, string[]> {
  const meanings = new Map<string, string[]>();
  for (const file of files) {
    visit(file, (node) => {
      if (!ts.isStringLiteral(node) || !codePattern.test(node.text)) return;
      const said = /\/\*\*\s*((?:(?!\*\/).)*?)\s*\*\/\s*(?:\||code:)?\s*$/s.exec(
        file.text.slice(0, node.getStart()),
      )?.[1];
      if (said !== undefined) meanings.set(node.text, [said.replaceAll(/\s*\n\s*\* /g, ' ')]);
    });
  }
  return meanings;
}
