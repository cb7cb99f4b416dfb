import { Messages } from '@salesforce/core';
import { Events } from '../../lib/events.js';
import type { ExportPlan } from '../../lib/run/export-plan.js';
import { type ExportEvents, type ExportResult, type OpenSink, openOutput } from '../../lib/export/export.js';
import { dataOutput, writeLast } from './data-output.js';
import { JsonStream, type JsonDocument } from './json-stream.js';
import type { Bulk2Command } from '../bulk2-command.js';
import type { OrgContext } from '../org-context.js';
import { followExport } from '../progress/follow-export.js';
import type { OrgFacts } from '../progress/notes.js';
import { showRunNews } from '../run-news.js';
import { isStdoutFile } from '../standard-streams.js';
import { tellQueryNews } from './query-news.js';
import {
  type ExportExtent,
  type QueryReport,
  acceptedText,
  allFoundText,
  notFoundText,
  startText,
  streamedText,
  writtenText,
} from './query-text.js';
import { showRecords } from './show-records.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.query');

/** The part of a command that a session speaks through. */
type Voice = Pick<
  Bulk2Command<unknown>,
  'log' | 'logToStderr' | 'table' | 'warn' | 'jsonEnabled' | 'display'
>;

/** What commands that export records share: where the records go, progress while they come, and the report. */
export class QuerySession {
  readonly events = new Events<ExportEvents>();
  readonly #voice: Voice;
  readonly #json = new JsonStream(dataOutput);
  readonly #startedMs = Date.now();
  #countRequests: () => number = () => 0;
  #org: OrgFacts | undefined;
  #plan: ExportPlan | undefined;
  #jobId: string | undefined;
  #runId: string | undefined;
  #isRefused = false;
  /** How much of the export this command does. */
  extent: ExportExtent = 'whole';
  /** What a pipe or a device has taken can't be continued. */
  #isResumable = true;

  constructor(voice: Voice) {
    this.#voice = voice;
    followExport(this.events, voice.display, () => this.#org);
    tellQueryNews(this.events, voice);
    showRunNews(this.events, voice);
    this.events.on('begun', ({ runId, isResumable }) => {
      this.#runId = runId;
      this.#isResumable = isResumable;
    });
    this.events.on('refused', () => {
      this.#isRefused = true;
    });
    this.events.on('jobCreated', ({ jobId }) => {
      this.#jobId = jobId;
    });
  }

  /** To be called once the org is known. */
  inOrg({ api, org: { instanceUrl }, orgName }: OrgContext): void {
    this.#countRequests = () => api.requestCount;
    this.#org = { orgName, instanceUrl };
  }

  /** What a resume names the run by; undefined before there is one. */
  get resumeFlags(): string | undefined {
    if (this.#isRefused) return undefined;
    if (!this.#isResumable) return undefined;
    const name = this.#jobId ?? this.#runId;
    return name === undefined ? undefined : `--id ${name}`;
  }

  /** What to do after a failure where nothing can be resumed. */
  nextSteps(): readonly string[] {
    if (this.#isResumable) return [];
    return [
      this.#jobId === undefined
        ? messages.getMessage('action.StreamLost')
        : messages.getMessage('action.StreamLostWithJob', [this.#jobId]),
    ];
  }

  /** Opens the output that the plan names: a file, a folder, a table, or standard output. */
  readonly openSink: OpenSink = async (start) => {
    const { outputFile, outputDir } = start.plan;
    const isOnStdout = outputFile === undefined && outputDir === undefined;
    if (isOnStdout && this.#voice.jsonEnabled()) return this.#json.open(start);
    if (isOnStdout && !isStdoutFile()) this.#voice.display.giveWay();
    const open = openOutput({
      stream: isOnStdout ? dataOutput() : process.stdout,
      showTable: (table) => {
        this.quiet();
        return showRecords(table, this.#voice);
      },
    });
    return open(start);
  };

  /** Says something beside the records. */
  note(text: string): void {
    this.#voice.display.note(text);
  }

  quiet(): void {
    this.#voice.display.clear();
  }

  /** What is known so far; undefined before the query is decided. */
  figures(): QueryReport | undefined {
    return this.#plan === undefined ? undefined : this.#report(null);
  }

  begin(plan: ExportPlan): void {
    this.#plan = plan;
    const { operation, soql } = plan;
    const org = this.#org?.orgName ?? '';
    // Of a job that another tool has created, the query is not known.
    const { display } = this.#voice;
    if (plan.outputFile === undefined && plan.outputDir === undefined) display.onlyOnTerminals();
    if (plan.ids !== undefined) display.progress.plannedJobs = Math.ceil(plan.ids.count / plan.ids.idsPerJob);
    if (soql !== '') display.announce(startText(soql, org));
    display.fact({ event: 'start', operation, soql, org });
  }

  /** Tells how an export has ended. */
  finish(plan: ExportPlan, { rows, ids }: Pick<ExportResult, 'rows' | 'ids'>): QueryReport {
    this.#plan = plan;
    this.quiet();
    const report = { ...this.#report(rows ?? null), ...(ids === undefined ? {} : { ids }) };
    if (rows === undefined) this.note(acceptedText(report));
    else if (report.filePath !== null) this.note(writtenText(report, this.extent));
    else if (isCountWanted()) this.note(streamedText(report));
    if (ids === undefined) return report;
    if (ids.notFound === 0) this.note(allFoundText(ids));
    else this.#voice.warn(notFoundText(ids));
    return report;
  }

  /** Ends the JSON document that the records have begun. @returns whether there is one */
  endJson(json: JsonDocument): boolean {
    if (!this.#json.isOpen) return false;
    writeLast(this.#json.tail(json));
    return true;
  }

  #report(totalSize: number | null): QueryReport {
    const { outputFile, outputDir, format = '' } = this.#plan ?? {};
    return {
      jobId: this.#jobId ?? null,
      totalSize,
      filePath: outputFile ?? outputDir ?? null,
      format,
      apiRequests: this.#countRequests(),
      elapsedMs: Date.now() - this.#startedMs,
    };
  }
}

/** Records on a terminal come with their count, and in a pipe that no person watches nobody wants to read it. */
function isCountWanted(): boolean {
  return !process.stdout.isTTY && (isStdoutFile() || process.stderr.isTTY);
}
