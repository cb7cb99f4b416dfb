import { once } from 'node:events';
import { takeLock } from '../../src/lib/run/lock.js';

// Takes the lock when something comes in, says how that went, and holds it until the input ends.
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const outcome = await takeLock(process.argv[2] ?? '').then(
  () => 'won',
  (error: unknown) => (error as Error).name,
);
process.stdout.write(`${outcome}\n`);
await once(process.stdin, 'end');
