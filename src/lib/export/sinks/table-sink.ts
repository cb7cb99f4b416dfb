import { TableCollector } from '../../output/table.js';
import type { RecordSink, ShowTable, SinkStart } from './sink.js';

/** Keeps the first 200 records to be shown, and counts the others. */
export function openTableSink({ columns, plan }: SinkStart, show: ShowTable): RecordSink {
  const collector = new TableCollector({ columns, delimiter: plan.columnDelimiter });
  return {
    async page(data) {
      for await (const chunk of data) collector.push(chunk);
      collector.endPage();
      return 0;
    },
    finish: async () => show(collector.table()),
    abandon: () => Promise.resolve(),
  };
}
