#!/usr/bin/env node
'use strict';

// CommonJS, because starting Node's loader of ES modules takes longer than printing the version.
const [word, ...more] = process.argv.slice(2);
if ((word === '-V' || word === '--version') && more.length === 0) {
  process.stdout.write(`${require('../package.json').version}\n`);
} else {
  import('../dist/cli/process.js').then(({ runProcess }) => runProcess());
}
