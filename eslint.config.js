import { fixupPluginRules } from '@eslint/compat';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import prettier from 'eslint-config-prettier';
import sfPlugin from 'eslint-plugin-sf-plugin';
import tseslint from 'typescript-eslint';

const aboveTheLibrary = {
  patterns: [
    {
      group: ['@oclif/*', '@salesforce/sf-plugins-core', '**/commands/**', '**/cli/**'],
      message: 'src/lib is a library: it imports neither oclif nor the command line.',
    },
  ],
};

export default tseslint.config(
  {
    ignores: [
      'lib/**',
      'node_modules/**',
      'coverage/**',
      'test/host/**',
      'test/fixtures/**',
      '.org/**',
      '.demo/**',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'max-lines': ['error', { max: 300 }],
      'max-params': ['error', { max: 4 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/array-type': ['error', { default: 'array-simple' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  { files: ['src/lib/**/*.ts'], rules: { 'no-restricted-imports': ['error', aboveTheLibrary] } },
  {
    files: ['src/commands/**/*.ts'],
    plugins: { 'sf-plugin': fixupPluginRules(sfPlugin) },
    rules: {
      'sf-plugin/command-example': 'error',
      'sf-plugin/flag-min-max-default': 'error',
      'sf-plugin/no-hardcoded-messages-commands': 'error',
      'sf-plugin/no-hardcoded-messages-flags': 'error',
      'sf-plugin/flag-case': 'error',
      'sf-plugin/flag-summary': 'error',
      'sf-plugin/no-duplicate-short-characters': 'error',
      'sf-plugin/run-matches-class-type': 'error',
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      'no-console': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  prettier,
);
