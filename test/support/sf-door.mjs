// What a shell runs as `sf`: hands the command to the process that has loaded the commands, and ends as it did.
import { connect } from 'node:net';

const [, , path, ...args] = process.argv;
const door = connect(path, () => door.write(`${JSON.stringify(args)}\n`));
const pieces = [];
for await (const piece of door) pieces.push(piece);
const { code, stdout, stderr } = JSON.parse(Buffer.concat(pieces).toString());
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
