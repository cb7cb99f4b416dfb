// Who may import whom: rules of no-restricted-imports for each folder. Of several that match a file, the last one counts.

const oneDoor = {
  group: ['**/local-org/**', '!**/local-org/index.ts'],
  message: 'The local org has one door: local-org/index.ts.',
};
const forTests = { group: ['**/local-org/**'], message: 'The local org is for tests and scripts.' };
const noCommandLine = {
  group: ['@oclif/*', '@salesforce/sf-plugins-core', '**/commands/**', '**/cli/**'],
  message: 'src/lib is a library: it imports neither oclif nor the command line.',
};
const noClient = {
  group: ['**/src/**', '**/lib/**', '**/test/support/**', '**/bench/**', '**/scripts/**'],
  message: 'The local org is built from what is known of the service, never from what this client does.',
};

/** The floors of src/lib, lowest first. Each imports from those below it, and none from those above. */
const floors = [
  'api',
  'csv',
  'files',
  'jobs',
  'describe',
  'mapping',
  'formats',
  'run',
  'input',
  'output',
  'soql',
  'load',
  'export',
  'copy',
  'by-query',
  'bulk2',
];

/** The same within a floor that has rooms. The files beside the rooms, such as load.ts, are above all of them. */
const rooms = {
  load: ['keys', 'model', 'check', 'plan', 'upload', 'collect', 'retry', 'anew'],
  export: ['ids', 'pages', 'sinks'],
  copy: ['model', 'plan', 'mask', 'source', 'match', 'survey', 'folder', 'steps', 'retry', 'others'],
};

const floorRules = floors.map((floor, at) =>
  restrictImports([`src/lib/${floor}/**`], libraryRules(floor, floors.slice(at + 1))),
);

const roomRules = Object.entries(rooms).flatMap(([floor, names]) =>
  names.map((room, at) =>
    restrictImports(
      [`src/lib/${floor}/${room}/**`],
      [
        ...libraryRules(floor, floors.slice(floors.indexOf(floor) + 1)),
        {
          group: ['../*.js', ...names.slice(at + 1).map((name) => `../${name}/**`)],
          message: `src/lib/${floor}/${room} is below it.`,
        },
      ],
    ),
  ),
);

function libraryRules(floor: string, above: string[]) {
  const doors = ['**/lib/index.js', '../index.js', '../../index.js', '../engine.js', '../../engine.js'];
  return [
    forTests,
    noCommandLine,
    {
      group: [...doors, ...above.map((name) => `**/${name}/**`)],
      message: `src/lib/${floor} is below it.`,
    },
  ];
}

/** How the command line reaches the engines: by files beside their rooms, never into the rooms. */
const doors = {
  load: [
    'load',
    'account',
    'foreign-job',
    'interrupted',
    'inserted-since',
    'abort-load',
    'retry-load',
    'collect-anew',
  ],
  export: ['export', 'rest-export', 'adopt-job', 'abort-export'],
  'by-query': ['by-query', 'interrupted'],
  copy: ['copy', 'plan-copy', 'copy-cost', 'account', 'abort-copy'],
};

const byTheDoors = {
  group: [
    '**/lib/index.js',
    '**/lib/engine.js',
    ...['input', 'output', 'soql', 'bulk2', 'load/*', 'export/*', 'copy/*'].map(
      (room) => `**/lib/${room}/**`,
    ),
    ...Object.entries(doors).flatMap(([floor, names]) => [
      `**/lib/${floor}/*.js`,
      ...names.map((name) => `!**/lib/${floor}/${name}.js`),
    ]),
  ],
  message:
    'The command line reaches an engine by its door: load.ts, export.ts, by-query.ts, copy.ts and what is beside.',
};

/** The floors of src/cli, lowest first, below the commands. */
const commandFloors = ['startup', 'progress', 'report', 'load', 'query', 'by-query', 'copy', 'job'];

const commandFloorRules = commandFloors.map((floor, at) =>
  restrictImports(
    [`src/cli/${floor}/**`],
    [
      forTests,
      byTheDoors,
      {
        group: ['**/commands/**', ...commandFloors.slice(at + 1).map((name) => `../${name}/**`)],
        message: `src/cli/${floor} is below it.`,
      },
    ],
  ),
);

function restrictImports(files: string[], patterns: Array<{ group: string[]; message: string }>) {
  return { files, rules: { 'no-restricted-imports': ['error', { patterns }] as const } };
}

/** Overrides for oxlint.config.ts. */
export const layers = [
  restrictImports(['test/**', 'bench/**', 'scripts/**'], [oneDoor]),
  restrictImports(['src/**'], [forTests]),
  restrictImports(['src/lib/*.ts'], [forTests, noCommandLine]),
  ...floorRules,
  ...roomRules,
  restrictImports(
    ['src/cli/**'],
    [forTests, byTheDoors, { group: ['**/commands/**'], message: 'src/cli is below the commands.' }],
  ),
  restrictImports(['src/commands/**'], [forTests, byTheDoors]),
  ...commandFloorRules,
  restrictImports(['local-org/**'], [noClient]),
];
