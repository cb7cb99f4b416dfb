import { Messages } from '@salesforce/core';
import type { RetriedLoad } from '../../../lib/load/account.js';
import { formatCount, formatElapsed, formatRows, formatTime } from '../../units.js';
import type { Outcome } from '../outcome.js';
import type { ReportOrg, ReportPage } from '../page.js';
import { type Hole, html, type Html } from './html.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

export type Mood = 'good' | 'mixed' | 'bad' | 'open';

const moods: Readonly<Record<Outcome, Mood>> = {
  succeeded: 'good',
  nothing: 'good',
  someFailed: 'mixed',
  noneSucceeded: 'bad',
  failed: 'bad',
  refused: 'bad',
  notFinished: 'open',
  interrupted: 'open',
  orgRefused: 'bad',
  aborted: 'bad',
};

/** `Upsert of Account` */
export function deedText({ operation, object }: ReportPage): string {
  return messages.getMessage(`operation.${operation}`, [object]);
}

export function outcomeText({ outcome, copy }: ReportPage): string {
  if (copy !== undefined && outcome === 'succeeded') return messages.getMessage('outcome.copySucceeded');
  if (copy !== undefined && outcome === 'noneSucceeded')
    return messages.getMessage('outcome.copyNoneSucceeded');
  return messages.getMessage(`outcome.${outcome}`);
}

/** What was done, where, when, and how it ended. */
export function head(page: ReportPage): Html {
  return html`<header>
    <p class="kind">${messages.getMessage(page.copy === undefined ? 'head.kind' : 'copy.kind')}</p>
    <h1>${deedText(page)}</h1>
    <p class="outcome ${moods[page.outcome]}">${outcomeText(page)}</p>
    <dl class="facts">
      ${facts(page).map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </header>`;
}

function facts({
  org,
  externalId,
  startedAt,
  endedAt,
  copy,
  retryOf,
}: ReportPage): Array<readonly [string, Hole]> {
  const all: Array<readonly [string, Hole]> = [
    [messages.getMessage('copy.source'), copy?.source !== undefined && orgName(copy.source)],
    [messages.getMessage(copy === undefined ? 'head.org' : 'copy.target'), orgName(org)],
    [messages.getMessage('head.started'), startedAt !== undefined && time(startedAt)],
    [messages.getMessage('head.ended'), endOf(startedAt, endedAt)],
    [messages.getMessage('head.took'), elapsed(startedAt, endedAt)],
    [messages.getMessage('head.retryOf'), retryOf !== undefined && origin(retryOf)],
    [messages.getMessage('head.inAll'), retryOf?.inAll !== undefined && inAll(retryOf.inAll)],
    [messages.getMessage('head.url'), org.instanceUrl],
    [messages.getMessage('head.match'), externalId],
    [messages.getMessage('head.version'), org.apiVersion],
  ];
  return all.filter(([, value]) => value !== undefined && value !== false);
}

function origin({ jobId }: RetriedLoad): Html {
  return html`${messages.getMessage('head.retriedLoad', [jobId])}<br /><code
      >sf bulk2 job report --id ${jobId}</code
    >`;
}

function inAll({ rows, successful }: NonNullable<RetriedLoad['inAll']>): string {
  const left = formatCount(rows - successful);
  return messages.getMessage('head.inAllRows', [formatCount(successful), formatRows(rows), left]);
}

function orgName({ alias, username, orgId }: ReportOrg): Hole {
  const names = [alias, username, orgId].filter((name) => name !== undefined);
  return names.map((name, index) => html`${index > 0 && html`<br />`}${name}`);
}

function endOf(startedAt: string | undefined, endedAt: string | undefined): Hole {
  if (endedAt !== undefined) return time(endedAt);
  return startedAt !== undefined && messages.getMessage('head.open');
}

function elapsed(startedAt: string | undefined, endedAt: string | undefined): string | undefined {
  if (startedAt === undefined || endedAt === undefined) return undefined;
  return formatElapsed(Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)));
}

export function time(text: string): Html {
  const [day = '', ...rest] = formatTime(text).split(' ');
  return html`<time datetime="${text}"
    ><span class="whole">${day}</span> <span class="whole">${rest.join(' ')}</span></time
  >`;
}
