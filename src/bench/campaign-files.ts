import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A strategy against itself, or against one that lowers throughput by a fifth. */
export const campaignKinds = ['aa', 'injected'] as const;
export type CampaignKind = (typeof campaignKinds)[number];

/** What throughput falls to when a section takes 1.25 times as long. */
export const injectedRatio = 0.8;

/** Long against handing the lock over, so that the section alone decides the throughput. */
const holdNs = 10_000;

const margins: Readonly<Record<CampaignKind, string>> = {
  aa: '{ throughput: { max_drop: 5% }, p99: { role: worker, op: section, max_rise: 25% } }',
  injected: '{ throughput: { max_drop: 5% } }',
};

const workload = (kind: CampaignKind): string => `name: campaign-${kind}
about: Two threads in sections of one lock, so that the length of a section decides the throughput.
roles:
  - name: worker
    threads: 2
    ops:
      - { op: section, lock: mmap_lock, write: 100%, hold: ${holdNs}ns }
run: { duration: 250ms, warmup: 400ms, blocks: 30 }
strategies: [mutex]
gate: ${margins[kind]}
`;

/** A lock that keeps its holder inside for so much longer. */
const lock = (extraNs: number): string => `export default {
  name: 'spin',
  kind: 'mutex',
  sleeps: false,
  fair: false,
  words: () => 16,
  create: (word) => ({
    *lock(cpu) {
      while ((yield cpu.swap(word, 1)) !== 0) yield cpu.awaitChange(word, 1);${
        extraNs === 0 ? '' : `\n      yield cpu.work(${extraNs});`
      }
    },
    *unlock(cpu) {
      yield cpu.store(word, 0);
    },
  }),
};
`;

/** Writes the workload of a kind and its two lock files, before and after a change, into a folder of its own. */
export function writeCampaignFiles(folder: string, kind: CampaignKind): void {
  const extraNs = { base: 0, head: kind === 'aa' ? 0 : holdNs / injectedRatio - holdNs };
  for (const side of ['base', 'head'] as const) {
    mkdirSync(join(folder, side), { recursive: true });
    writeFileSync(join(folder, side, 'lock.mjs'), lock(extraNs[side]));
  }
  writeFileSync(join(folder, 'workload.yaml'), workload(kind));
}
