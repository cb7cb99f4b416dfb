import { utcMs } from './calendar.js';
import { UsageError } from '../errors.js';

/** Offsets change at quarters of an hour at the soonest. */
const quarterMs = 900_000;
const dayMs = 86_400_000;
const mostQuarters = 100_000;

/** A time zone of the IANA database, as far as it takes to tell what time it is elsewhere. */
export class TimeZone {
  readonly #parts: Intl.DateTimeFormat;
  /** By the quarter of an hour: asking for it takes longer than everything else. */
  readonly #offsets = new Map<number, number>();

  /** @throws UsageError there is no such zone */
  constructor(name: string) {
    try {
      this.#parts = new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch {
      throw new UsageError(`"${name}" isn't a time zone.`, {
        actions: ['Give its name in the IANA database, such as Europe/Berlin, America/New_York or UTC.'],
      });
    }
  }

  /**
   * The instant of a local time; both in milliseconds since 1970, the local time as if it were UTC. Of a time that the clock
   * shows twice, the first.
   * @returns undefined for a time that the clock skips
   */
  instantOf(localMs: number): number | undefined {
    const offsets = [this.#offsetAt(localMs - dayMs), this.#offsetAt(localMs + dayMs)];
    const instants = offsets
      .map((offset) => localMs - offset)
      .filter((instant) => this.#offsetAt(instant) === localMs - instant);
    return instants.length === 0 ? undefined : Math.min(...instants);
  }

  /** Local time less UTC, in milliseconds. */
  #offsetAt(instantMs: number): number {
    const quarter = Math.floor(instantMs / quarterMs);
    let offset = this.#offsets.get(quarter);
    if (offset === undefined) {
      if (this.#offsets.size >= mostQuarters) this.#offsets.clear();
      offset = this.#localMsAt(quarter * quarterMs) - quarter * quarterMs;
      this.#offsets.set(quarter, offset);
    }
    return offset;
  }

  #localMsAt(instantMs: number): number {
    const found = new Map(
      this.#parts.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]),
    );
    const part = (type: Intl.DateTimeFormatPartTypes): number => found.get(type) ?? 0;
    return utcMs(
      [part('year'), part('month'), part('day')],
      [part('hour'), part('minute'), part('second'), 0],
    );
  }
}
