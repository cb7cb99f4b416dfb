import type { Bar, BarResult, Benchmark, BenchmarkResult, Contender, ContenderResult } from './benchmark.ts';
import { cpuMs, measure, median, peakBytes, requests, wallMs, type Measured } from './measure.ts';
import { openStage } from './stage.ts';
import { wires, type WireName } from './wires.ts';

/** Runs a benchmark on each of its wires, the contenders in turn. */
export async function* runBenchmark(benchmark: Benchmark): AsyncGenerator<BenchmarkResult> {
  for (const wire of benchmark.wires ?? (['near'] as const)) yield await runOnWire(benchmark, wire);
}

async function runOnWire(benchmark: Benchmark, wire: WireName): Promise<BenchmarkResult> {
  const { title, org, rounds, isLong = false, prepare, bars = [] } = benchmark;
  await using stage = await openStage({ ...org, ...wires[wire].org });
  const contenders = (await prepare(stage)).map((contender) => new Running(contender));
  for (let round = isLong ? 1 : 0; round <= rounds; round += 1) {
    for (const contender of contenders) await contender.run(round);
  }
  const results = contenders.map(({ result }) => result);
  return {
    title,
    wire,
    rounds,
    contenders: results,
    bars: bars.filter((bar) => (bar.wire ?? 'near') === wire).flatMap((bar) => judge(bar, results)),
  };
}

class Running {
  readonly #contender: Contender;
  readonly #runs: Measured[] = [];
  #fault: string | undefined;

  constructor(contender: Contender) {
    this.#contender = contender;
  }

  get result(): ContenderResult {
    return { name: this.#contender.name, runs: this.#runs, fault: this.#fault };
  }

  /** The round 0 is a warm-up, and does not count. */
  async run(round: number): Promise<void> {
    const { command, check, requests: count, isPeer = false, isOnce = false } = this.#contender;
    if (this.#fault !== undefined || (isOnce && round !== 1)) return;
    try {
      const measured = await measure(command);
      this.#fault = await check?.();
      if (round > 0)
        this.#runs.push(count === undefined ? measured : { ...measured, requests: await count() });
    } catch (error) {
      if (!isPeer) throw error;
      this.#fault = `failed: ${firstLine(error)}`;
    }
    if (this.#fault !== undefined && !isPeer) throw new Error(`${this.#contender.name}: ${this.#fault}`);
  }
}

const figures = { time: wallMs, CPU: cpuMs, memory: peakBytes, requests };
const units = {
  time: ['s', 1000],
  CPU: ['s of CPU', 1000],
  memory: ['MB', 1e6],
  requests: ['requests', 1],
} as const;

/** Says nothing where a contender has no runs. */
function judge(bar: Bar, results: readonly ContenderResult[]): BarResult[] {
  const { of, to, above, figure, most } = bar;
  const figureOf = (name: string | undefined): number | undefined => {
    const runs = results.find((result) => result.name === name)?.runs ?? [];
    return runs.length === 0 ? undefined : median(runs.map(figures[figure]));
  };
  const value = figureOf(of);
  const other = to === undefined ? 0 : figureOf(to);
  const base = above === undefined ? 0 : figureOf(above);
  if (value === undefined || other === undefined || base === undefined) return [];
  const [unit, scale] = units[figure];
  const subject = `${of}, ${figure}`;
  if (to !== undefined) {
    const ratio = (value - base) / other;
    return [
      {
        isMet: ratio <= most,
        text: `${subject}: ${ratio.toFixed(2)} of ${to}${above === undefined ? '' : `, without ${above}`}; at most ${round(most)}`,
      },
    ];
  }
  const amount = (value - base) / scale;
  const over = above === undefined ? '' : ` above ${above}`;
  return [
    {
      isMet: amount <= most,
      text: `${subject}: ${Number(amount.toFixed(1))} ${unit}${over}; at most ${round(most)} ${unit}`,
    },
  ];
}

function round(value: number): string {
  return String(Number(value.toFixed(3)));
}

function firstLine(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n');
  return (lines.find((line) => /error|exceed|timed? ?out|abort|heap/i.test(line)) ?? lines[0] ?? '').slice(
    0,
    160,
  );
}
