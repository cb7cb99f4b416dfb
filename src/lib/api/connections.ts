import { EnvHttpProxyAgent, type Dispatcher } from 'undici';

/** How connections are made. */
export type ConnectionsOptions = {
  /** How long a connection, the head of an answer, or the next bytes of a body may take. Default 120,000. */
  readonly idleTimeoutMs?: number;
  /** Connections to the org at once. Default 12. */
  readonly connections?: number;
  /** The proxy to go through. Default: what the environment names (`HTTPS_PROXY`, `NO_PROXY`). */
  readonly httpProxy?: string;
};

/** The connections to an org: opened when they are needed, and again after they were closed. */
export class Connections {
  readonly #options: ConnectionsOptions;
  #dispatcher: Dispatcher | undefined;
  #underWay = 0;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  get dispatcher(): Dispatcher {
    return (this.#dispatcher ??= dispatcherFor(this.#options));
  }

  /** Does work that uses them. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Ends them all, and with them what is under way. */
  async close(): Promise<void> {
    await this.#take()?.destroy();
  }

  /** Closes idle ones, and those in use once they carry nothing more. */
  async release(): Promise<void> {
    const closed = this.#take()?.close();
    // What reads an answer may take as long as it likes.
    if (this.#underWay === 0) await closed;
    else closed?.catch(() => undefined);
  }

  #take(): Dispatcher | undefined {
    const taken = this.#dispatcher;
    this.#dispatcher = undefined;
    return taken;
  }
}

function dispatcherFor({
  idleTimeoutMs = 120_000,
  connections = 12,
  httpProxy,
}: ConnectionsOptions): Dispatcher {
  return new EnvHttpProxyAgent({
    connections,
    pipelining: 1,
    // HTTP/2 would put all pages and uploads on one connection, and the limit per connection with them.
    allowH2: false,
    connectTimeout: Math.min(idleTimeoutMs, 30_000),
    headersTimeout: idleTimeoutMs,
    bodyTimeout: idleTimeoutMs,
    ...(httpProxy === undefined ? {} : { httpProxy, httpsProxy: httpProxy, noProxy: '' }),
  });
}
