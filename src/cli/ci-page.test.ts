import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { validateWorkflow } from '@action-validator/core';
import { parse } from 'yaml';
import { temporaryDirectory } from './e2e.test-support.js';

const page = readFileSync(new URL('../../docs/ci.md', import.meta.url), 'utf8');
const gitlabLinter = fileURLToPath(
  new URL('../../node_modules/gitlab-ci-local/src/index.js', import.meta.url),
);

const bin = fileURLToPath(new URL('../../bin/mmlock.cjs', import.meta.url));

/** The page's YAML, by the path that its first line names. */
const files = new Map(
  [...page.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/g)].map(([, path = '', text = '']) => [
    path,
    text,
  ]),
);
const fileAt = (path: string): string => files.get(path) ?? assert.fail(`no ${path} on the page`);

/** In what a workflow differs from GitHub's schema. */
const workflowErrors = (content: string): unknown[] => validateWorkflow(content).errors;

/** What GitLab's own schema says is wrong with a pipeline; '' if nothing. */
function pipelineErrors(directory: string, content: string): string {
  writeFileSync(join(directory, '.gitlab-ci.yml'), content);
  execFileSync('git', ['init', '--quiet', directory]);
  const linted = spawnSync(process.execPath, [gitlabLinter, '--list'], {
    cwd: directory,
    encoding: 'utf8',
  });
  return linted.status === 0 ? '' : linted.stdout + linted.stderr;
}

describe('docs/ci.md', () => {
  const workflows = [...files.keys()].filter((path) => path.startsWith('.github/workflows/'));

  it('has workflows that GitHub accepts', () => {
    assert.equal(workflows.length, 2);
    for (const path of workflows) assert.deepEqual(workflowErrors(fileAt(path)), []);
    const broken = fileAt(workflows[0] ?? '').replace('runs-on:', 'run-on:');
    assert.notDeepEqual(workflowErrors(broken), []);
  });

  it('has a pipeline that GitLab accepts', (t) => {
    const pipeline = fileAt('.gitlab-ci.yml');
    assert.equal(pipelineErrors(temporaryDirectory(t), pipeline), '');
    const broken = pipeline.replaceAll('artifacts:', 'artefacts:');
    assert.match(pipelineErrors(temporaryDirectory(t), broken), /artefacts/);
  });

  it('has scripts that run: the verdict with its reports, then the history', (t) => {
    const repository = checkoutWithBase(t);
    for (const path of workflows) {
      for (const script of workflowScripts(fileAt(path))) {
        if (script === 'npm ci') continue;
        const run = runScript(script, repository);
        // On a machine this busy a gate may well be inconclusive; a script that is wrong ends with another status.
        const fine = script.includes('--gate') ? [0, 1, 3] : [0];
        assert.ok(fine.includes(run.status ?? -1), `${script}\n${run.stdout}${run.stderr}`);
        if (script.includes('--gate')) assert.match(run.stdout, /^::/m);
      }
    }
    const summary = readFileSync(join(repository, 'step-summary.md'), 'utf8');
    assert.match(summary, /queue\.mjs/);
    assert.match(readFileSync(join(repository, 'mmlock.xml'), 'utf8'), /<testsuite/);
    assert.equal(readdirSync(join(repository, 'results')).length, 2);
  });

  it('gives GitLab the same commands as GitHub', () => {
    assert.deepEqual(
      commandsOf(pipelineScripts(fileAt('.gitlab-ci.yml'))),
      commandsOf(workflows.flatMap((path) => workflowScripts(fileAt(path)))),
    );
  });
});

/** What mmlock is called with, without the words in which the two services differ. */
const commandsOf = (scripts: readonly string[]): readonly string[] =>
  scripts
    .map((script) => script.replace(/\\\n/g, ' '))
    .flatMap((script) => [...script.matchAll(/npx mmlock ([^|>&\n]+)/g)])
    .map(([, words = '']) =>
      words
        .replace(/--format \S+|--label \S+/g, '')
        .trim()
        .replace(/\s+/g, ' '),
    );

/** The scripts of a GitLab pipeline's jobs, in their order. */
const pipelineScripts = (text: string): readonly string[] =>
  Object.values(parse(text) as Record<string, { script?: readonly string[] }>).flatMap(
    ({ script }) => script ?? [],
  );

/** The scripts of a workflow's steps, in their order. */
function workflowScripts(text: string): string[] {
  const { jobs } = parse(text) as {
    jobs: Record<string, { steps: readonly { run?: string }[] }>;
  };
  return Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
}

/** A repository as the page assumes it, with the base commit in `base/`, and windows short enough for a test. */
function checkoutWithBase(t: TestContext): string {
  const root = temporaryDirectory(t);
  mkdirSync(join(root, 'locks'));
  mkdirSync(join(root, 'workloads'));
  writeFileSync(join(root, 'locks/queue.mjs'), queueLock);
  const workload = fileAt('workloads/queue.yaml');
  const short = workload
    .replace(/^run: .*$/m, 'run: { duration: 50ms, warmup: 20ms, blocks: 9 }')
    // Too few operations for a p99, and a margin that a lock against itself is soon proven to keep.
    .replace(/^ {2}p99: .*\n/m, '')
    .replace('max_drop: 10%', 'max_drop: 70%');
  assert.notEqual(short, workload);
  writeFileSync(join(root, 'workloads/queue.yaml'), short);
  cpSync(join(root, 'locks'), join(root, 'base/locks'), { recursive: true });
  mkdirSync(join(root, 'shims'));
  writeFileSync(
    join(root, 'shims/npx'),
    `#!/bin/sh\nshift\nexec "${process.execPath}" "${bin}" "$@"\n`,
  );
  chmodSync(join(root, 'shims/npx'), 0o755);
  return root;
}

function runScript(script: string, directory: string) {
  const env = {
    ...process.env,
    PATH: `${join(directory, 'shims')}:${process.env.PATH ?? ''}`,
    GITHUB_SHA: '1f0c9a3',
    GITHUB_STEP_SUMMARY: join(directory, 'step-summary.md'),
  };
  return spawnSync('bash', ['-e', '-c', script], { cwd: directory, env, encoding: 'utf8' });
}

const queueLock = `export default {
  name: 'queue', kind: 'mutex', sleeps: true, fair: false, words: () => 16,
  create: (base) => ({
    *lock(cpu) {
      while ((yield cpu.swap(base, 1)) !== 0) yield cpu.awaitChange(base, 1);
    },
    *unlock(cpu) { yield cpu.store(base, 0); },
  }),
};
`;
