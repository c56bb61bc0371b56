import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { CampaignRun } from './campaign-run.js';

/** First line of a log: runs at other settings do not belong to the same campaign. */
export interface CampaignSettings {
  readonly format: 'mmlock-campaign';
  readonly blocks: number;
}

/**
 * The runs of a campaign that have finished, a JSON line each, so that a campaign that was killed goes on where it
 * was. A line that a kill cut short is taken off.
 *
 * @throws Error if the file is no log, or one of other settings
 */
export class CampaignLog {
  readonly runs: CampaignRun[] = [];
  readonly #path: string;

  constructor(path: string, settings: CampaignSettings) {
    this.#path = path;
    if (!existsSync(path)) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, line(settings));
      return;
    }
    const text = readFileSync(path, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    truncateSync(path, Buffer.byteLength(whole));
    const [head = '', ...rest] = whole.trimEnd().split('\n');
    if (head !== line(settings).trimEnd()) {
      throw new Error(
        `${path} is of another campaign (${head.slice(0, 80)}): give the same --blocks, or another --out`,
      );
    }
    this.runs.push(...rest.map((each) => JSON.parse(each) as CampaignRun));
  }

  add(run: CampaignRun): void {
    this.runs.push(run);
    appendFileSync(this.#path, line(run));
  }
}

const line = (value: object): string => `${JSON.stringify(value)}\n`;
