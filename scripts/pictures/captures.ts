import type { Stage } from './stage.ts';
import { lastScreenWith, screenAfter, type Recording } from './terminal.ts';

const load = ['--file', 'accounts.csv', '--sobject', 'Account', '--max-rows-per-job', '5000'];
/** Half of the rows are processed, or nearly. */
const halfWay = /Processed.* [3-5]\d%/;

/** The page of captures: what commands show on terminals of several widths, as they have shown it. */
export async function capturesPage(stage: Stage): Promise<string> {
  const parts = [
    `# What it looks like

Written by \`npm run pictures\`: commands on the local org, on terminals of several widths. The README has a moving picture.

## Progress of a load
`,
  ];
  for (const columns of [120, 80, 40]) {
    const recording = await stage.on(columns, 'bulk2', 'upsert', ...load, '--results-dir', `r${columns}`);
    parts.push(`On ${columns} columns, half way:\n\n${block(lastScreenWith(recording, halfWay).toString())}`);
    if (columns === 80) parts.push(`And at its end:\n\n${block(screenAfter(recording).toString())}`);
  }
  parts.push('## Progress of an export\n');
  const query = ['--query', 'SELECT Id, Name, BillingCity FROM Account', '--output-file', 'all.csv'];
  const exported = await stage.on(80, 'bulk2', 'query', ...query);
  parts.push(
    block(lastScreenWith(exported, /Downloaded/).toString()),
    block(screenAfter(exported).toString()),
  );
  parts.push('## Tables\n');
  for (const columns of [120, 80, 40]) {
    const list = await stage.on(columns, 'bulk2', 'job', 'list');
    parts.push(`\`sf bulk2 job list\` on ${columns} columns, its first lines:\n\n${block(firstLines(list))}`);
  }
  const few = ['--query', 'SELECT Id, Name, NumberOfEmployees, BillingCity FROM Account LIMIT 5'];
  const table = await stage.on(80, 'bulk2', 'query', ...few);
  parts.push(`\`sf bulk2 query\`, without a file:\n\n${block(screenAfter(table).toString())}`);
  const help = await stage.on(80, 'bulk2', 'job', 'status', '--help');
  parts.push(`## Help\n\n\`sf bulk2 job status --help\`:\n\n${block(screenAfter(help).toString())}`);
  parts.push(
    `## The report\n\nOf the load above, on a desk and on a phone:\n\n![The report on a desk](pictures/report.png)\n\n![The report on a phone](pictures/report-phone.png)\n`,
  );
  return parts.join('\n');
}

/** The title, some rows, and what is said below the table. */
function firstLines(recording: Recording): string {
  const lines = screenAfter(recording).toString().trimEnd().split('\n');
  return lines.length < 12 ? lines.join('\n') : [...lines.slice(0, 8), '…', ...lines.slice(-1)].join('\n');
}

function block(text: string): string {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
}
