import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aboutOf } from './shipped-workloads.js';

test('the about line is found in every form that YAML gives it', () => {
  assert.equal(aboutOf('name: a\nabout: One line.\nroles: []\n'), 'One line.');
  assert.equal(aboutOf('about: "Quoted: yes."\n'), 'Quoted: yes.');
  assert.equal(aboutOf('about: >-\n  Two\n  lines.\nroles: []\n'), 'Two lines.');
  assert.equal(aboutOf('about: Plain\n  and folded.\nroles: []\n'), 'Plain and folded.');
  assert.equal(aboutOf('name: a\nroles:\n  - about: not this\n'), '');
});
