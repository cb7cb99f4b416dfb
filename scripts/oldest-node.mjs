import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The oldest Node that package.json promises to run on: `22.19.0`. */
export function oldestNode(root) {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return engines.node.replace('>=', '');
}
