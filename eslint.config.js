import { fixupPluginRules } from '@eslint/compat';
import parser from '@typescript-eslint/parser';
import sfPlugin from 'eslint-plugin-sf-plugin';

// What the CLI asks of commands, and no other linter knows. All other rules are in .oxlintrc.json.
export default [
  {
    files: ['src/commands/**/*.ts'],
    languageOptions: { parser },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
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
];
