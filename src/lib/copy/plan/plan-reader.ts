import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml';
import { isApiName } from '../../api/identifiers.js';
import { didYouMean, suggestion } from '../../describe/did-you-mean.js';
import { UsageError } from '../../errors.js';

/** A value in a plan; undefined where there is none. */
export type PlanNode = Node | null | undefined;

type Keys<R extends string, O extends string> = {
  readonly required: readonly R[];
  readonly optional: readonly O[];
};

const oneDocument = 'Another document begins here: a plan is one document, without a line "---" in it.';

/** Reads values out of YAML or JSON, and gathers what is wrong with them, each with its line and column. */
export class PlanReader {
  readonly #name: string;
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed;
  readonly #problems: Array<{ readonly offset: number; readonly message: string }> = [];

  constructor(text: string, name: string) {
    this.#name = name;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    for (const { code, message, pos } of this.#document.errors) {
      const isSecond = code === 'MULTIPLE_DOCS';
      this.#problems.push({ offset: pos[0], message: isSecond ? oneDocument : message });
    }
    this.#requireAnchors();
    this.finish();
  }

  get root(): PlanNode {
    return this.#document.contents;
  }

  /** @throws UsageError something was wrong */
  finish(): void {
    if (this.#problems.length === 0) return;
    const texts = this.#problems
      .toSorted((one, other) => one.offset - other.offset)
      .map(({ offset, message }) => {
        const { line, col } = this.#lines.linePos(offset);
        return `${this.#name}, line ${line}, column ${col}: ${message}`;
      });
    throw new UsageError(texts.join('\n'), {
      actions: ['See the keys of a plan: schemas/copy-plan.json in the plugin, or "sf bulk2 copy --help".'],
      data: { problems: texts },
    });
  }

  fail(node: PlanNode, message: string): void {
    this.#problems.push({ offset: node?.range?.[0] ?? 0, message });
  }

  /**
   * The values of a mapping by its keys, of which no other may be there.
   * @param places where keys of others go, a sentence
   */
  keys<R extends string, O extends string>(
    given: PlanNode,
    what: string,
    { required, optional }: Keys<R, O>,
    places: Readonly<Record<string, string>> = {},
  ): Readonly<Partial<Record<R | O, Node>>> {
    const known: readonly string[] = [...required, ...optional];
    const values: Partial<Record<string, Node>> = {};
    for (const { key, value, node } of this.#pairs(given, what)) {
      if (!known.includes(key)) {
        const place = places[key] ?? suggestion(didYouMean(key, known)).trimStart();
        this.fail(node, `"${key}" isn't a key of ${what}. ${place}`.trimEnd());
      } else if (value === null) this.fail(node, `"${key}" has no value.`);
      else values[key] = value;
    }
    for (const key of required) {
      if (values[key] === undefined && isMap(this.#resolve(given)))
        this.fail(given, `"${key}" is missing in ${what}.`);
    }
    return values as Partial<Record<R | O, Node>>;
  }

  /** The values of a mapping whose keys are names of fields, each once: their case makes no difference. */
  entries<T>(given: PlanNode, read: (value: PlanNode) => T | undefined): Record<string, T> | undefined {
    if (given === undefined) return undefined;
    const values: Record<string, T> = {};
    const known = new Set<string>();
    for (const { key, value, node } of this.#pairs(given, 'fields and their values')) {
      const isName: boolean = isApiName(key);
      if (!isName) this.fail(node, `"${key}" isn't the API name of a field.`);
      if (known.has(key.toLowerCase())) this.fail(node, `${key} is here twice: case makes no difference.`);
      known.add(key.toLowerCase());
      if (value === null) this.fail(node, `"${key}" has no value.`);
      const found = value === null ? undefined : read(value);
      if (found !== undefined) values[key] = found;
    }
    return values;
  }

  /** The keys of a mapping that is read elsewhere. */
  keysOf(given: PlanNode): ReadonlyArray<{ readonly key: string; readonly node: PlanNode }> {
    return isMap(this.#resolve(given)) ? this.#pairs(given, 'fields and their values') : [];
  }

  /** Texts by any other texts, each once; nothing stands for an empty one. */
  replacements(given: PlanNode): Record<string, string> | undefined {
    const values = new Map<string, string>();
    for (const { key, value, node } of this.#pairs(given, 'values and what to send instead')) {
      if (!isScalar(node)) this.fail(node, 'This has to be a text or a number.');
      // YAML takes 1 and "1" for two keys.
      else if (values.has(key)) this.fail(node, `"${key}" is here twice.`);
      values.set(key, value === null ? '' : (this.scalarText(value) ?? ''));
    }
    return Object.fromEntries(values);
  }

  list(given: PlanNode, what: string): PlanNode[] {
    const node = this.#resolve(given);
    if (node === undefined) return [];
    if (isSeq(node) && node.items.length > 0) return node.items as PlanNode[];
    this.fail(node, `"${what}" takes a list.`);
    return [];
  }

  value(given: PlanNode): unknown {
    const node = this.#resolve(given);
    return isScalar(node) ? node.value : undefined;
  }

  text(given: PlanNode): string | undefined {
    if (given === undefined) return undefined;
    const value = this.value(given);
    if (typeof value === 'string') return value;
    this.fail(given, 'This has to be a text.');
    return undefined;
  }

  /** One text or a list of them. */
  textOrTexts(given: PlanNode): string[] | undefined {
    if (given === undefined) return undefined;
    const node = this.#resolve(given);
    return this.#items(node).flatMap((item) => this.text(item) ?? []);
  }

  /** A text, or what is written as one. */
  scalarText(given: PlanNode): string | undefined {
    const node = this.#resolve(given);
    if (!isScalar(node) || node.value === null) {
      this.fail(given, 'This has to be a text or a number.');
      return undefined;
    }
    // As it is written: `1.50` stays what it is.
    return typeof node.value === 'string' ? node.value : node.source;
  }

  choice<T extends string>(given: PlanNode, choices: readonly T[]): T | undefined {
    if (given === undefined) return undefined;
    const value = this.value(given);
    const choice = choices.find((each) => each === value);
    if (choice !== undefined) return choice;
    const nearest = suggestion(typeof value === 'string' ? didYouMean(value, choices) : undefined);
    this.fail(given, `This has to be one of ${choices.join(', ')}.${nearest}`);
    return undefined;
  }

  name(given: PlanNode): string | undefined {
    if (given === undefined) return undefined;
    const value = this.value(given);
    if (isApiName(value)) return value;
    this.fail(given, 'This has to be an API name.');
    return undefined;
  }

  /** One name or a list of them. */
  names(given: PlanNode): string[] | undefined {
    if (given === undefined) return undefined;
    const node = this.#resolve(given);
    return this.#items(node).flatMap((item) => this.name(item) ?? []);
  }

  /** Of one item or a list of them. An empty list would be taken for none, and its key without effect. */
  #items(node: PlanNode): PlanNode[] {
    if (!isSeq(node)) return [node];
    if (node.items.length === 0) this.fail(node, 'This list is empty. Leave its key out, or name something.');
    return node.items as PlanNode[];
  }

  #pairs(
    given: PlanNode,
    what: string,
  ): Array<{ readonly key: string; readonly value: Node | null; readonly node: PlanNode }> {
    const node = this.#resolve(given);
    if (!isMap(node)) {
      if (given !== undefined) this.fail(given, `Here have to be the keys of ${what}.`);
      return [];
    }
    return node.items.map(({ key, value }) => {
      const name = key as Node;
      // As it is written: `1.50` stays what it is.
      const text = isScalar(name) ? (typeof name.value === 'string' ? name.value : (name.source ?? '')) : '';
      const isEmpty = value === null || (isScalar(value) && value.value === null);
      return { key: text, value: isEmpty ? null : (value as Node), node: name };
    });
  }

  /** An alias of nothing would be taken for nothing: the keys and exceptions that it stands for would be gone. */
  #requireAnchors(): void {
    visit(this.#document, {
      Alias: (_, alias) => {
        if (alias.resolve(this.#document) !== undefined) return;
        this.fail(alias, `No anchor &${alias.source} comes before this *${alias.source}.`);
      },
    });
  }

  #resolve(node: PlanNode): PlanNode {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }
}
