import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { OrgError } from '../contracts.ts';
import type { RequestRecord } from './counters.ts';
import { errorReply } from './errors.ts';
import type { ActionOf } from './fault-spec.ts';
import type { ActiveFaults } from './faults.ts';
import { KeptAnswers } from './kept-answers.ts';
import { text, type Reply } from './reply.ts';
import { ClientGone, RequestBody } from './request-body.ts';
import type { Exchange, Match, Route, Router } from './router.ts';
import { sendReply, type Kept, type Sending } from './send-reply.ts';
import type { World } from './world.ts';

const megabyte = 1_000_000;
const maxHeaderBytes = 16_384;

/** Takes every request through counters, wire, faults, login and its handler, and sends what comes out. */
export class Gateway {
  readonly #world: World;
  readonly #router: Router;
  readonly #kept: Kept = { plain: new KeptAnswers(160 * megabyte), gzip: new KeptAnswers(64 * megabyte) };

  constructor(world: World, router: Router) {
    this.#world = world;
    this.#router = router;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const match = this.#router.match(method, url);
    const { exchange, record } = await this.#receive(request, match);
    try {
      const faults = this.#world.faults.take(record.endpoint, record.jobId);
      const reply = await this.#perform({ exchange, match, faults, record });
      if (reply === undefined) return void request.socket.destroy();
      record.status = reply.status;
      await sendReply(response, reply, this.#sending(request, faults, record));
    } catch (error) {
      if (!(error instanceof ClientGone)) throw error;
    } finally {
      this.#world.counters.end(record, exchange.body.bytes);
    }
  }

  /** Counts the request, lets the wire have its time, and reads a small body whole. */
  async #receive(
    request: IncomingMessage,
    match: Match,
  ): Promise<{ exchange: Exchange; record: RequestRecord }> {
    const { counters, wire } = this.#world;
    const line = wire.line(request.socket);
    const body = new RequestBody(request, line.inward);
    const exchange = toExchange(request, match, body, this.#world);
    await wire.roundTrip(request.socket);
    const record = counters.begin({
      endpoint: await endpointOf(match, exchange),
      method: exchange.method,
      url: exchange.url,
      jobId: 'route' in match && match.route.family === 'bulk' ? exchange.params.id : undefined,
      connection: line.number,
    });
    return { exchange, record };
  }

  /** @returns undefined when the connection is to be closed without an answer */
  async #perform(work: Work): Promise<Reply | undefined> {
    const { exchange, faults } = work;
    const slow = faults.action('slow');
    if (slow !== undefined && slow.when !== 'after') await sleep(slow.delayMs);
    if ((await faults.park(work.record, 'before')) === 'drop' || faults.action('drop-before'))
      return undefined;
    const cut = faults.action('cut-request');
    if (cut !== undefined) exchange.body.cutAfter(cut.afterBytes);
    if (cut !== undefined && !isStreamed(work.match)) return undefined;
    const answer = faults.action('answer');
    if (answer !== undefined) {
      if (answer.early !== true) await exchange.body.drain();
      return answerReply(answer);
    }
    const reply = await this.#answer(work);
    if (slow?.when === 'after') await sleep(slow.delayMs);
    if ((await faults.park(work.record, 'after')) === 'drop' || faults.action('drop-after')) return undefined;
    return reply;
  }

  async #answer({ exchange, match }: Work): Promise<Reply> {
    const headers: Record<string, string> = {};
    const reply = await this.#handle(exchange, match, headers);
    return { ...reply, headers: { ...headers, ...reply.headers } };
  }

  async #handle(exchange: Exchange, match: Match, headers: Record<string, string>): Promise<Reply> {
    const oversize = refuseOversize(exchange);
    if (oversize !== undefined) {
      await exchange.body.drain();
      return oversize;
    }
    try {
      if ('error' in match) throw match.error;
      this.#admit(exchange, match.route, headers);
      return await match.route.handler(exchange);
    } catch (error) {
      if (error instanceof ClientGone) throw error;
      await exchange.body.drain();
      if (error instanceof OrgError) return errorReply(error);
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return errorReply(new OrgError('UNKNOWN_EXCEPTION', message, 500));
    }
  }

  /** Checks the session and the day's allowance; adds the headers that every answer of this kind has. */
  #admit(exchange: Exchange, { family }: Route, headers: Record<string, string>): void {
    const { sessions, allowance, options } = this.#world;
    if (exchange.version > 0 && exchange.version < options.quirks.deprecatedBelow) {
      headers.Warning = `299 - "This API version is deprecated: v${exchange.version}.0"`;
    }
    if (family === 'login' || family === 'public') return;
    sessions.check(exchange.headers.authorization);
    allowance.useRequest();
    if (family === 'rest' || options.quirks.limitInfoOnBulk)
      headers['Sforce-Limit-Info'] = allowance.limitInfo;
  }

  #sending(request: IncomingMessage, faults: ActiveFaults, record: RequestRecord): Sending {
    const { counters, options, wire } = this.#world;
    return {
      acceptsGzip: /\bgzip\b/.test(request.headers['accept-encoding'] ?? ''),
      pretty: request.headers['x-prettyprint'] === '1',
      quirks: options.quirks,
      faults,
      pacer: wire.line(request.socket).outward,
      kept: this.#kept,
      sent: (bytes) => counters.sent(record, bytes),
    };
  }
}

type Work = {
  readonly exchange: Exchange;
  readonly match: Match;
  readonly faults: ActiveFaults;
  readonly record: RequestRecord;
};

function toExchange(request: IncomingMessage, match: Match, body: RequestBody, world: World): Exchange {
  const found = 'route' in match ? match : { params: {}, query: new URLSearchParams(), version: 0 };
  return {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: request.headers,
    params: found.params,
    query: found.query,
    version: found.version,
    body,
    world,
  };
}

async function endpointOf(match: Match, exchange: Exchange): Promise<string> {
  if ('error' in match) return 'unknown';
  if (match.route.streamed === true) return match.route.endpoint;
  try {
    await exchange.body.buffer();
    return (await match.route.refine?.(exchange)) ?? match.route.endpoint;
  } catch {
    return match.route.endpoint;
  }
}

function isStreamed(match: Match): boolean {
  return 'route' in match && match.route.streamed === true;
}

/** An address, or an address with its headers, over 16,384 bytes never reaches the API: the answer is HTML, not JSON. */
function refuseOversize({ url, headers }: Exchange): Reply | undefined {
  if (url.length > maxHeaderBytes) return badMessage(414, 'URI Too Long');
  const bytes = Object.entries(headers).reduce(
    (sum, [name, value]) => sum + name.length + (value?.length ?? 0) + 4,
    url.length,
  );
  return bytes > maxHeaderBytes ? badMessage(431, 'Request Header Fields Too Large') : undefined;
}

function badMessage(status: number, reason: string): Reply {
  const html = `<h1>Bad Message ${status}</h1><pre>reason: ${reason}</pre>`;
  return text(html, 'text/html;charset=iso-8859-1', status);
}

function answerReply(action: ActionOf<'answer'>): Reply {
  const retryAfter = action.retryAfterSeconds;
  const headers = {
    ...action.headers,
    ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
  };
  if (action.body !== undefined) {
    const type = action.body.trimStart().startsWith('<') ? 'text/html' : 'application/json';
    return { status: action.status, headers, body: { kind: 'text', type, text: action.body } };
  }
  if (action.errorCode === undefined) return { status: action.status, headers };
  return errorReply(new OrgError(action.errorCode, action.message ?? '', action.status), headers);
}
