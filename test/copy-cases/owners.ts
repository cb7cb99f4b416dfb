import type { CopyCase } from './case.ts';
import { runTests } from './run-tests.ts';

/** 8: who owns the copies. */
export default {
  title: 'a queue and a group of one name, inactive and missing owners, the suffixes of sandboxes',
  run: () => runTests('test/lib/copy/match/find-owners.test.ts'),
} satisfies CopyCase;
