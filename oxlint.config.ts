import { defineConfig } from 'oxlint';

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
  'by-query',
  'bulk2',
];

/** The same within a floor that has rooms. The files beside the rooms, such as load.ts, are above all of them. */
const rooms = {
  load: ['keys', 'model', 'check', 'plan', 'upload', 'collect', 'retry'],
  // Not `rest`: an export over REST takes the place of export.ts, which knows nothing of it.
  export: ['pages', 'sinks'],
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
  const doors = ['**/lib/index.js', '../index.js', '../../index.js'];
  return [
    forTests,
    noCommandLine,
    {
      group: [...doors, ...above.map((name) => `**/${name}/**`)],
      message: `src/lib/${floor} is below it.`,
    },
  ];
}

/** The floors of src/cli, lowest first, below the commands. */
const commandFloors = ['startup', 'report', 'load', 'query', 'by-query', 'job'];

const commandFloorRules = commandFloors.map((floor, at) =>
  restrictImports(
    [`src/cli/${floor}/**`],
    [
      forTests,
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

export default defineConfig({
  plugins: ['typescript', 'import'],
  categories: { correctness: 'off' },
  options: {
    typeAware: true,
    denyWarnings: true,
    respectEslintDisableDirectives: false,
    reportUnusedDisableDirectives: 'error',
  },
  ignorePatterns: ['**/*.js', '**/*.mjs', 'lib/**', 'test/fixtures/**'],
  rules: {
    'import/no-cycle': [
      'error',
      {
        ignoreTypes: false,
      },
    ],
    'max-lines': [
      'error',
      {
        max: 300,
      },
    ],
    'max-lines-per-function': [
      'error',
      {
        max: 60,
        skipBlankLines: true,
        skipComments: true,
      },
    ],
    'max-params': [
      'error',
      {
        max: 4,
      },
    ],
    'no-console': 'error',
    'no-array-constructor': 'error',
    'no-empty-function': 'error',
    'no-unused-expressions': 'error',
    'no-unused-vars': [
      'error',
      {
        argsIgnorePattern: '^_',
      },
    ],
    'no-useless-constructor': 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    'prefer-rest-params': 'error',
    'prefer-spread': 'error',
    'typescript/adjacent-overload-signatures': 'error',
    'typescript/array-type': [
      'error',
      {
        default: 'array-simple',
      },
    ],
    'typescript/await-thenable': 'error',
    'typescript/ban-ts-comment': [
      'error',
      {
        minimumDescriptionLength: 10,
      },
    ],
    'typescript/ban-tslint-comment': 'error',
    'typescript/class-literal-property-style': 'error',
    'typescript/consistent-generic-constructors': 'error',
    'typescript/consistent-indexed-object-style': 'error',
    'typescript/consistent-type-assertions': 'error',
    'typescript/dot-notation': 'error',
    'typescript/no-array-delete': 'error',
    'typescript/no-base-to-string': 'error',
    'typescript/no-confusing-non-null-assertion': 'error',
    'typescript/no-confusing-void-expression': [
      'error',
      {
        ignoreArrowShorthand: true,
      },
    ],
    'typescript/no-deprecated': 'error',
    'typescript/no-duplicate-enum-values': 'error',
    'typescript/no-duplicate-type-constituents': 'error',
    'typescript/no-dynamic-delete': 'error',
    'typescript/no-empty-object-type': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-extra-non-null-assertion': 'error',
    'typescript/no-extraneous-class': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-for-in-array': 'error',
    'typescript/no-generated-empty-object-type': 'error',
    'typescript/no-implied-eval': 'error',
    'typescript/no-inferrable-types': 'error',
    'typescript/no-invalid-void-type': 'error',
    'typescript/no-meaningless-void-operator': 'error',
    'typescript/no-misused-new': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-misused-spread': 'error',
    'typescript/no-mixed-enums': 'error',
    'typescript/no-namespace': 'error',
    'typescript/no-non-null-asserted-nullish-coalescing': 'error',
    'typescript/no-non-null-asserted-optional-chain': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-redundant-type-constituents': 'error',
    'typescript/no-require-imports': 'error',
    'typescript/no-this-alias': 'error',
    'typescript/no-unnecessary-boolean-literal-compare': 'error',
    'typescript/no-unnecessary-condition': [
      'error',
      {
        allowConstantLoopConditions: 'only-allowed-literals',
      },
    ],
    'typescript/no-unnecessary-template-expression': 'error',
    'typescript/no-unnecessary-type-arguments': 'error',
    'typescript/no-unnecessary-type-assertion': 'error',
    'typescript/no-unnecessary-type-constraint': 'error',
    'typescript/no-unnecessary-type-conversion': 'error',
    'typescript/no-unnecessary-type-parameters': 'error',
    'typescript/no-unsafe-argument': 'error',
    'typescript/no-unsafe-assignment': 'error',
    'typescript/no-unsafe-call': 'error',
    'typescript/no-unsafe-declaration-merging': 'error',
    'typescript/no-unsafe-enum-assignment': 'error',
    'typescript/no-unsafe-enum-comparison': 'error',
    'typescript/no-unsafe-function-type': 'error',
    'typescript/no-unsafe-member-access': 'error',
    'typescript/no-unsafe-return': 'error',
    'typescript/no-unsafe-unary-minus': 'error',
    'typescript/no-useless-default-assignment': 'error',
    'typescript/no-wrapper-object-types': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/prefer-as-const': 'error',
    'typescript/prefer-find': 'error',
    'typescript/prefer-for-of': 'error',
    'typescript/prefer-function-type': 'error',
    'typescript/prefer-includes': 'error',
    'typescript/prefer-literal-enum-member': 'error',
    'typescript/prefer-namespace-keyword': 'error',
    'typescript/prefer-nullish-coalescing': 'error',
    'typescript/prefer-optional-chain': 'error',
    'typescript/prefer-promise-reject-errors': 'error',
    'typescript/prefer-reduce-type-parameter': 'error',
    'typescript/prefer-regexp-exec': 'error',
    'typescript/prefer-return-this-type': 'error',
    'typescript/prefer-string-starts-ends-with': 'error',
    'typescript/related-getter-setter-pairs': 'error',
    'typescript/require-await': 'error',
    'typescript/restrict-plus-operands': [
      'error',
      {
        allowAny: false,
        allowBoolean: false,
        allowNullish: false,
        allowNumberAndString: false,
        allowRegExp: false,
      },
    ],
    'typescript/restrict-template-expressions': [
      'error',
      {
        allowNumber: true,
        allowBoolean: true,
      },
    ],
    'typescript/return-await': ['error', 'error-handling-correctness-only'],
    'typescript/switch-exhaustiveness-check': [
      'error',
      {
        considerDefaultExhaustiveForUnions: true,
      },
    ],
    'typescript/triple-slash-reference': 'error',
    'typescript/unbound-method': 'error',
    'typescript/unified-signatures': 'error',
    'typescript/use-unknown-in-catch-callback-variable': 'error',
  },
  overrides: [
    restrictImports(['test/**', 'bench/**', 'scripts/**'], [oneDoor]),
    restrictImports(['src/**'], [forTests]),
    restrictImports(['src/lib/*.ts'], [forTests, noCommandLine]),
    ...floorRules,
    ...roomRules,
    restrictImports(
      ['src/cli/**'],
      [forTests, { group: ['**/commands/**'], message: 'src/cli is below the commands.' }],
    ),
    ...commandFloorRules,
    restrictImports(['local-org/**'], [noClient]),
    {
      files: ['test/**', 'local-org/**', 'bench/**', 'scripts/**'],
      rules: {
        'max-lines-per-function': 'off',
        'no-console': 'off',
        'typescript/no-non-null-assertion': 'off',
        'typescript/no-unnecessary-type-parameters': 'off',
      },
    },
  ],
});
