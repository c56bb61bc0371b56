import { operatingPoint } from './gate-power.js';

/** `npm run stats:power`: what the gate makes of changes of known size, by simulation. */
const times = 4000;
const blocks = 30;
const moreBlocks = 10;
const changes = [0, 0.05, 0.15, 0.2];
const spreads = [0.03, 0.06, 0.12];
/** What is gated alone, and what is one of six. */
const families = [
  { margin: 0.1, strategies: 6 },
  { margin: 0.05, strategies: 1 },
];

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`.padStart(11);
const heads = ['regressed', 'passed', 'open', 'false alarm'];

console.log(
  `${times} simulated gate runs each: ${blocks} blocks, ${moreBlocks} more where verdicts are open, regressions confirmed;\n` +
    'σ: spread of a ratio from block to block, in a tenth of them eight times as large\n',
);
for (const { margin, strategies } of families) {
  const gated = strategies === 1 ? 'one gated cell' : `${strategies} gated cells, one changed`;
  console.log(`margin ${margin * 100} %, ${gated}`);
  console.log(
    `${'  σ'.padEnd(8)}${'change'.padEnd(10)}${heads.map((head) => head.padStart(13)).join('')}`,
  );
  for (const spread of spreads) {
    for (const change of changes) {
      const setting = { spread, margin, ratio: 1 - change, strategies, blocks, moreBlocks };
      const point = operatingPoint(setting, times, 1);
      const shares = [point.regressed, point.passed, point.open, point.falseAlarm];
      const shown = change === 0 ? 'none' : `−${(change * 100).toFixed(0)} %`;
      console.log(
        `${`  ${(spread * 100).toFixed(0)} %`.padEnd(8)}${shown.padEnd(10)}${shares.map((share) => percent(share).padStart(13)).join('')}`,
      );
    }
  }
  console.log();
}
