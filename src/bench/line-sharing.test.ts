import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInMachine } from '../engines/sim/read-machine.js';
import { lineSharing } from './line-sharing.js';

const { profile } = builtInMachine('server-8s-80');

test('writers of a line that come at once wait for each other', () => {
  const [two, ten, forty] = [2, 10, 40].map((cores) => lineSharing(profile, cores, 'write').others);
  assert.ok(two && ten && forty && two < ten && ten < forty / 4, `${two} ${ten} ${forty}`);
});

test('readers share a crossing, so a read by all costs less than a write by all', () => {
  const read = lineSharing(profile, 40, 'read').others;
  const write = lineSharing(profile, 40, 'write').others;
  assert.ok(read < write / 3, `${read} ${write}`);
});

test('whoever writes a line that others have read pays for the farthest of them', () => {
  assert.ok(lineSharing(profile, 10, 'read').first < profile.line.cluster * 1.3);
  assert.ok(lineSharing(profile, 20, 'read').first > profile.line.remote * 0.7);
});
