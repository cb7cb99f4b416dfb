import ts from 'typescript';
import { sourceFiles, textOf, visit } from './source.ts';

/** A message of an error, and what it advises. */
export type SaidError = {
  readonly name: string;
  readonly message: string;
  readonly actions: readonly string[];
};

/** What errors say, as it is written in the code, in the order of their names and messages. */
export function saidErrors(files = sourceFiles()): SaidError[] {
  const said = new Map<string, SaidError>();
  for (const file of files) {
    visit(file, (node) => {
      const error = ts.isNewExpression(node) ? fromNew(node) : undefined;
      if (error !== undefined) said.set(`${error.name} ${error.message}`, error);
    });
  }
  return [...said.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, error]) => error);
}

/** `new UsageError('…', { actions: ['…'] })` */
function fromNew({
  expression,
  arguments: args = [] as unknown as ts.NodeArray<ts.Expression>,
}: ts.NewExpression): SaidError | undefined {
  const name = expression.getText();
  const message = textOf(args[0]);
  if (!/^[A-Z]\w+Error$/.test(name) || message === undefined || message === '') return undefined;
  if (['TypeError', 'RangeError'].includes(name)) return undefined;
  const detail = args[1];
  const actions =
    detail !== undefined && ts.isObjectLiteralExpression(detail) ? member(detail, 'actions') : undefined;
  return {
    name,
    message,
    actions:
      actions !== undefined && ts.isArrayLiteralExpression(actions)
        ? actions.elements.flatMap((each) => textOf(each) ?? [])
        : [],
  };
}

function member(node: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const found = node.properties.find((each) => each.name?.getText() === name);
  return found !== undefined && ts.isPropertyAssignment(found) ? found.initializer : undefined;
}
