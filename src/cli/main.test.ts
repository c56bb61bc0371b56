import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import type { CommandEntry } from './commands.js';
import { main } from './main.js';
import { captureContext } from './context.test-support.js';

test('--version prints the version and nothing else', async () => {
  const { context, stdout, stderr } = captureContext({ commandLine: ['--version'] });
  assert.equal(await main(context), 0);
  assert.match(stdout(), /^\d+\.\d+\.\d+\n$/);
  assert.equal(stderr(), '');
});

test('--help lists the commands and the exit status', async () => {
  const { context, stdout } = captureContext({ commandLine: ['--help'] });
  assert.equal(await main(context), 0);
  assert.match(stdout(), /^Exit status:$/m);
});

test('an unknown option is bad usage, with the nearest valid one', async () => {
  const { context, stdout, stderr } = captureContext({ commandLine: ['--versoin'] });
  assert.equal(await main(context), 2);
  assert.equal(stdout(), '');
  assert.match(stderr(), /unknown option '--versoin'/);
  assert.match(stderr(), /--version/);
});

test('no command at all is bad usage, and prints the help to stderr', async () => {
  const { context, stdout } = captureContext({ commandLine: [] });
  assert.equal(await main(context), 2);
  assert.equal(stdout(), '');
});

const failing: CommandEntry = {
  name: 'fail',
  usage: '',
  summary: 'throws',
  load: () =>
    Promise.resolve((_context, run) =>
      new Command('fail').action(() =>
        run(() => {
          throw new Error('the unexpected');
        }),
      ),
    ),
};

test('an error that nothing expected is status 6 and says what to report', async () => {
  const { context, stderr } = captureContext({ commandLine: ['fail'] });
  assert.equal(await main(context, [failing]), 6);
  assert.match(stderr(), /this is a fault of mmlock/);
  assert.match(stderr(), /the unexpected/);
  assert.match(stderr(), /Please report it.*\n {2}mmlock \d.*\n {2}mmlock fail\n$/s);
});

test('an unknown command is bad usage, with the nearest valid one', async () => {
  const { context, stderr } = captureContext({ commandLine: ['fial'] });
  assert.equal(await main(context, [failing]), 2);
  assert.match(stderr(), /unknown command 'fial'/);
  assert.match(stderr(), /fail/);
});
