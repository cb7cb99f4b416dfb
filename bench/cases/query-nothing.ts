import type { Benchmark } from '../benchmark.ts';

const soql = "SELECT Id FROM Account WHERE Name = 'nobody'";

export default {
  title: 'A query of no records: the start of the command',
  org: {},
  rounds: 5,
  bars: [{ of: 'sf bulk2 query', to: 'sf data query', figure: 'time', most: 0.8 }],
  prepare: ({ sf }) =>
    Promise.resolve([
      { name: 'sf bulk2 query', command: sf(['bulk2', 'query', '-q', soql, '--result-format', 'csv']) },
      { name: 'sf data query', command: sf(['data', 'query', '-q', soql, '--result-format', 'csv']) },
    ]),
} satisfies Benchmark;
