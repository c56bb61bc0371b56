import type { Trial, TrialRow } from '../engines/trial.js';
import { encodeHistogram } from '../measure/histogram-codec.js';
import { replaceFile } from './replace-file.js';
import type { Confirmation, Result, WorkloadResult } from './result.js';
import { explainSystemError } from './system-error.js';

/** A result as it stands in the file. */
export type SavedResult = Omit<Result, 'workloads'> & {
  readonly workloads: readonly SavedWorkload[];
};
export type SavedWorkload = Omit<WorkloadResult, 'trials' | 'confirmation'> & {
  readonly trials: readonly SavedTrial[];
  readonly confirmation: SavedConfirmation | null;
};
export type SavedConfirmation = Omit<Confirmation, 'trials'> & {
  readonly trials: readonly SavedTrial[];
};

/** A trial as it stands in the file: histograms as text. */
export type SavedTrial = Omit<Trial, 'rows'> & { readonly rows: readonly SavedRow[] };
export type SavedRow = Omit<TrialRow, 'latency' | 'wait' | 'hold'> & {
  readonly latency: string;
  readonly wait: string;
  readonly hold: string;
};

/** Trials never change once they are finished, and the file is written after every block. */
const encoded = new WeakMap<Trial, SavedTrial>();

function encodeTrial(trial: Trial): SavedTrial {
  const known = encoded.get(trial);
  if (known !== undefined) return known;
  const saved = {
    ...trial,
    rows: trial.rows.map((row) => ({
      ...row,
      latency: encodeHistogram(row.latency),
      wait: encodeHistogram(row.wait),
      hold: encodeHistogram(row.hold),
    })),
  };
  encoded.set(trial, saved);
  return saved;
}

/** The text of the result file. */
export function resultText(result: Result): string {
  const workloads = result.workloads.map(({ confirmation, trials, ...workload }) => ({
    ...workload,
    trials: trials.map(encodeTrial),
    confirmation:
      confirmation === null
        ? null
        : { ...confirmation, trials: confirmation.trials.map(encodeTrial) },
  }));
  const saved: SavedResult = { ...result, workloads };
  return `${asciiOnly(JSON.stringify(saved))}\n`;
}

/** Escapes what is beyond ASCII: a reader decodes megabytes of ASCII at once, and byte by byte with one `µ` in them. */
const asciiOnly = (json: string): string =>
  json.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

export type Saved = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** Replaces the file at `path` by the result, whole or not at all. On failure the old one is left. */
export function saveResult(result: Result, path: string): Saved {
  const text = resultText(result);
  try {
    replaceFile(path, text);
    return { ok: true };
  } catch (error) {
    const why = explainSystemError(error);
    return {
      ok: false,
      message: `the result could not be saved to ${path}: ${why}; make room or give another --out`,
    };
  }
}
