import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { runMmlock } from '../cli/e2e.test-support.js';
import { campaignKinds, writeCampaignFiles } from './campaign-files.js';
import { CampaignLog } from './campaign-log.js';
import type { CampaignRun } from './campaign-run.js';
import { runLine, summarise } from './campaign-summary.js';

const run = (changes: Partial<CampaignRun>): CampaignRun => ({
  kind: 'aa',
  index: 1,
  exit: 0,
  seconds: 61,
  ratio: 0.997,
  armRatio: 1.001,
  verdicts: ['throughput ok', 'p99 ok'],
  blocksNeeded: null,
  error: '',
  ...changes,
});

const times = (count: number, changes: Partial<CampaignRun>): CampaignRun[] =>
  Array.from({ length: count }, (_, index) => run({ ...changes, index: index + 1 }));

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'mmlock-campaign-'));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe('CampaignLog', () => {
  const settings = { format: 'mmlock-campaign', blocks: 30 } as const;

  it('goes on where it was, without the line that a kill cut short', (t) => {
    const path = join(folder(t), 'deep', 'runs.jsonl');
    const log = new CampaignLog(path, settings);
    for (const each of times(2, {})) log.add(each);
    appendFileSync(path, '{"kind":"aa","ind');
    const again = new CampaignLog(path, settings);
    assert.deepEqual(again.runs, times(2, {}));
    again.add(run({ index: 3, exit: 3 }));
    assert.equal(new CampaignLog(path, settings).runs.length, 3);
    assert.equal(readFileSync(path, 'utf8').split('\n').length, 5);
  });

  it('does not mix runs of other settings, nor take another file for a log', (t) => {
    const path = join(folder(t), 'runs.jsonl');
    new CampaignLog(path, settings).add(run({}));
    assert.throws(() => new CampaignLog(path, { ...settings, blocks: 9 }), /another campaign/);
    writeFileSync(path, 'a shopping list\n');
    assert.throws(() => new CampaignLog(path, settings), /another campaign/);
  });
});

describe('summarise', () => {
  const holds = (kind: CampaignRun['kind'], ...runs: CampaignRun[][]): boolean =>
    summarise(kind, runs.flat()).holds;

  it('allows one false alarm in 40, and any number of open verdicts', () => {
    assert.ok(holds('aa', times(39, {}), times(1, { exit: 1 })));
    assert.ok(holds('aa', times(20, {}), times(20, { exit: 3 })));
    assert.ok(!holds('aa', times(38, {}), times(2, { exit: 1 })));
    assert.ok(!holds('aa', times(39, {}), times(1, { exit: 6 })));
  });

  it('wants a lowered throughput found, or the number of blocks that would find it, and never a pass', () => {
    const found = times(19, { kind: 'injected', exit: 1 });
    const open = (blocksNeeded: number | null) =>
      times(1, { kind: 'injected', exit: 3, blocksNeeded });
    assert.ok(holds('injected', found, open(50)));
    assert.ok(!holds('injected', found, open(null)));
    assert.ok(!holds('injected', found, times(1, { kind: 'injected', exit: 0 })));
  });

  it('counts each status, of its own kind only, with exact bounds', () => {
    const { lines } = summarise('aa', [
      ...times(40, {}),
      ...times(9, { kind: 'injected', exit: 1 }),
    ]);
    assert.equal(
      lines[0],
      'a strategy against itself, 40 runs: exit 0 40, exit 1 0, exit 3 0, other 0',
    );
    assert.match(lines[1] ?? '', /exit 1 in 0\.0 % \[0\.0 %, 8\.8 %\]/);
  });

  it('shows a run in a line', () => {
    assert.equal(
      runLine(run({ exit: 3, verdicts: ['throughput noisy'], blocksNeeded: 70 }), 40),
      'aa 1/40: exit 3, −0.3% (A/A arm +0.1%), throughput noisy, needs ~70 blocks, 1m01s',
    );
  });
});

describe('the files of a campaign', () => {
  for (const kind of campaignKinds) {
    it(`of ${kind} can be run as they are`, async (t) => {
      const path = folder(t);
      writeCampaignFiles(path, kind);
      const words = ['bench', 'workload.yaml', '--strategy', 'base/lock.mjs,head/lock.mjs'];
      const dry = await runMmlock([...words, '--gate', '--dry-run'], path);
      assert.equal(dry.status, 0, dry.stderr);
      assert.equal(dry.stdout.match(/^ {2}strategy .*lock\.mjs.*$/gm)?.length, 3);
      const same =
        readFileSync(join(path, 'base/lock.mjs'), 'utf8') ===
        readFileSync(join(path, 'head/lock.mjs'), 'utf8');
      assert.equal(same, kind === 'aa');
    });
  }
});
