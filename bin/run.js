#!/usr/bin/env node
import { execute } from '@oclif/core';
import { endWithReader } from './reader-gone.js';

endWithReader();
await execute({ dir: import.meta.url });
