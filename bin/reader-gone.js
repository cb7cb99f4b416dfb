/**
 * Ends when the reader of standard output has had enough, as `head` has: oclif would wait for it. A command that begins
 * work takes this away again (`src/cli/standard-streams.ts`): it goes on to its end.
 */
export function endWithReader() {
  process.stdout.on('error', (error) => {
    if (error.code === 'EPIPE') process.exit(0);
  });
}
