#!/usr/bin/env node
import { execute, settings } from '@oclif/core';
import { endWithReader } from './reader-gone.js';

endWithReader();
// It runs lib, under NODE_ENV=test as well: oclif would load all of TypeScript, to look for the sources.
settings.enableAutoTranspile = false;
await execute({ dir: import.meta.url });
