import { Messages } from '@salesforce/core';
import {
  formatBytes,
  formatBytesOf,
  formatCount,
  formatElapsed,
  formatRecords,
  formatRows,
} from '../units.js';
import type { Amount, ProgressTotals, Stage } from './progress.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.progress');

export type LineStyle = {
  /** No line is wider. */
  readonly columns: number;
  readonly hasUnicode: boolean;
  readonly paint: (style: 'bold' | 'red', text: string) => string;
};

const maxBar = 30;
const minBar = 5;
/** Of ` 100%`, and the blanks around it and the bar. */
const besideBar = 9;
/** Nobody needs to be told of less. */
const leastRemainingMs = 1_000;

/** The block for a terminal: at most six lines, none wider than it. All of it is text of ours, a column a character. */
export function blockLines(totals: ProgressTotals, style: LineStyle): string[] {
  const { failedRows } = totals;
  const measures = measuresOf(totals);
  return [
    style.paint('bold', cut(titleOf(totals), style)),
    ...measureLines(measures, style),
    cut(fitting(paceParts(totals), style), style),
    ...(totals.jobs.total === 0 ? [] : [cut(fitting(jobParts(totals), style), style)]),
    ...(failedRows === 0 ? [] : [style.paint('red', cut(failedText(totals), style))]),
  ];
}

/** The same on one line, for logs. */
export function logLine(totals: ProgressTotals): string {
  const measures = measuresOf(totals).map(({ label, amount, format, beside = '' }) => {
    const percent = percentOf(amount);
    const start = percent === undefined ? '' : ` ${percent},`;
    return `${label.toLowerCase()}${start} ${amountText(amount, format)}${beside}`;
  });
  return [
    `${titleOf(totals)}${measures.length === 0 ? '' : `: ${measures.join('; ')}`}`,
    ...paceParts(totals),
    ...(totals.jobs.total === 0 ? [] : [jobParts(totals).join(', ')]),
    ...(totals.failedRows === 0 ? [] : [failedText(totals)]),
  ].join('; ');
}

/** One measure of the work: `Uploaded [####----]  50%  1.0 MB of 2.0 MB`. */
type Measure = {
  readonly label: string;
  readonly amount: Amount;
  readonly format: (count: number) => string;
  /** Said behind the amount where there is room. */
  readonly beside?: string;
};

function measuresOf({ stage, bytes, rows }: ProgressTotals): Measure[] {
  const measure = (key: string, amount: Amount, format: Measure['format'], beside = ''): Measure => ({
    beside,
    label: messages.getMessage(`measure.${key}`),
    amount,
    format,
  });
  const processed = measure('processed', rows, formatRows);
  switch (stage) {
    case 'checking':
      return [measure('checked', bytes, formatBytes)];
    case 'uploading': {
      const uploaded = measure('uploaded', bytes, formatBytes);
      return rows.done === 0 ? [uploaded] : [uploaded, processed];
    }
    case 'processing':
    case 'collecting':
      return [processed];
    case 'waiting':
      return rows.done === 0 ? [] : [measure('found', rows, formatRecords)];
    case 'downloading':
      return [
        measure('downloaded', rows, formatRecords, bytes.done === 0 ? '' : `, ${formatBytes(bytes.done)}`),
      ];
    case 'changing':
      return [measure('changed', rows, formatRecords)];
  }
}

function titleOf({ stage, retry, bytes: { done, total = done + 1 } }: ProgressTotals): string {
  // The network takes bytes before the org has them.
  const isHandedOver = stage === 'uploading' && done >= total;
  const title = messages.getMessage(isHandedOver ? 'stage.handedOver' : `stage.${stage}`);
  return retry === 0 ? title : messages.getMessage('retryRound', [title, retry]);
}

type AmountForm = (measure: Measure, amount: Amount) => string;

const shortForm: AmountForm = ({ format }, { done }) => format(done);

/** The longest first. */
const amountForms: readonly AmountForm[] = [
  ({ format, beside = '' }, amount) => `${amountText(amount, format)}${beside}`,
  ({ format }, amount) => amountText(amount, format),
  shortForm,
];

/** The bars are as wide as one another, and stay as wide: room is kept for the longest amounts that are to come. */
function measureLines(measures: readonly Measure[], style: LineStyle): string[] {
  const labelWidth = longest(measures.map(({ label }) => label));
  const roomFor = (form: AmountForm): number => {
    const atEnd = measures.map((each) => {
      const { done, total = done } = each.amount;
      return form(each, { done: total, total });
    });
    return style.columns - labelWidth - besideBar - longest(atEnd);
  };
  const form = amountForms.find((each) => roomFor(each) >= minBar);
  return measures.map((measure) => {
    const start = measure.label.padEnd(labelWidth);
    const percent = percentOf(measure.amount);
    const text = (form ?? shortForm)(measure, measure.amount);
    if (percent === undefined) return cut(`${start}  ${measure.format(measure.amount.done)}`, style);
    const end = `${percent.padStart(4)}  ${text}`;
    if (form === undefined) return cut(`${start} ${end}`, style);
    return cut(`${start}  ${bar(measure.amount, Math.min(roomFor(form), maxBar), style)} ${end}`, style);
  });
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(({ length }) => length));
}

function bar({ done, total = 0 }: Amount, width: number, { hasUnicode }: LineStyle): string {
  const filled = total === 0 ? width : Math.min(width, Math.floor((done * width) / total));
  const [full, empty] = hasUnicode ? ['█', '░'] : ['#', '-'];
  return `${full.repeat(filled)}${empty.repeat(width - filled)}`;
}

/** `52%`, never 100 before all is done; undefined while the total is not known. */
function percentOf({ done, total }: Amount): string | undefined {
  if (total === undefined) return undefined;
  return `${total === 0 ? 100 : Math.min(100, Math.floor((done * 100) / total))}%`;
}

/** The unit is written once: `52.4 of 86.0 MB`, `1,200 of 3,376 rows`. */
function amountText({ done, total }: Amount, format: Measure['format']): string {
  if (total === undefined) return format(done);
  return format === formatBytes ? formatBytesOf(done, total) : `${formatCount(done)} of ${format(total)}`;
}

/** Least important last. */
function paceParts({ stage, elapsedMs, remainingMs, perSecond = 0, unit }: ProgressTotals): string[] {
  const perSecondText = unit === 'bytes' ? formatBytes(Math.round(perSecond)) : countText(stage, perSecond);
  return [
    messages.getMessage('elapsed', [wholeSeconds(elapsedMs)]),
    ...(remainingMs === undefined || remainingMs < leastRemainingMs
      ? []
      : [messages.getMessage(remainingKey(stage), [wholeSeconds(remainingMs)])]),
    ...(Math.round(perSecond) === 0 ? [] : [messages.getMessage('perSecond', [perSecondText])]),
  ];
}

/** What is left of the stage is not what is left of the load, which the org has to process once it is uploaded. */
function remainingKey(stage: Stage): string {
  return stage === 'checking' || stage === 'uploading' ? `remaining.${stage}` : 'remaining';
}

/** Files have rows, orgs have records. */
function countText(stage: Stage, count: number): string {
  const isExport = stage === 'waiting' || stage === 'downloading' || stage === 'changing';
  return messages.getMessage(isExport ? 'records' : 'rows', [formatCount(Math.round(count))]);
}

/** Least important last. */
function jobParts({ jobs: { done, total, created, unasked, byState } }: ProgressTotals): string[] {
  const { UploadComplete = 0 } = byState;
  const counts: typeof byState = { ...byState, unasked, UploadComplete: UploadComplete - unasked };
  const parts = ['InProgress', 'Open', 'unasked', 'UploadComplete', 'Failed', 'Aborted'].flatMap((state) => {
    const count = counts[state] ?? 0;
    return count === 0 ? [] : [messages.getMessage(`job.${state}`, [formatCount(count)])];
  });
  return [
    messages.getMessage('jobs', [formatCount(done), formatCount(total)]),
    ...parts,
    ...(created < total ? [messages.getMessage('job.planned', [formatCount(total - created)])] : []),
  ];
}

function failedText({ failedRows }: ProgressTotals): string {
  return messages.getMessage('failed', [formatCount(failedRows)]);
}

/** As many of the parts as the line takes. */
function fitting(parts: readonly string[], style: LineStyle): string {
  let text = '';
  for (const part of parts) {
    const longer = text === '' ? part : `${text}${style.hasUnicode ? ' · ' : ', '}${part}`;
    if (text !== '' && longer.length > style.columns) break;
    text = longer;
  }
  return text;
}

function cut(text: string, { columns, hasUnicode }: LineStyle): string {
  if (text.length <= columns) return text;
  const dots = hasUnicode ? '…' : '...';
  return `${text.slice(0, Math.max(0, columns - dots.length))}${dots}`.slice(0, columns);
}

function wholeSeconds(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : formatElapsed(seconds * 1000);
}
