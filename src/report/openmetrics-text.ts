import { shortened } from '../results/csv-text.js';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly family: string;
  readonly labels: Labels;
  readonly value: number;
}

/** A gauge. `help` has no character that this format or the older one would escape. */
export interface Family {
  readonly name: string;
  /** Also the end of the name, in base units; '' for a plain count. */
  readonly unit: string;
  readonly help: string;
}

/**
 * OpenMetrics 1.0 text (https://github.com/OpenObservability/OpenMetrics). With gauges alone, and without timestamps, a
 * reader of the older Prometheus text format takes it too: to it the lines that it does not know are comments.
 */
export const renderExposition = (families: readonly Family[], samples: readonly Sample[]): string =>
  `${families.map((family) => renderFamily(family, samples)).join('')}# EOF\n`;

/** A family without a sample is left out. Order of metadata as the specification asks. */
function renderFamily({ name, unit, help }: Family, all: readonly Sample[]): string {
  const samples = all.filter(({ family }) => family === name);
  if (samples.length === 0) return '';
  return [
    `# TYPE ${name} gauge\n`,
    unit === '' ? '' : `# UNIT ${name} ${unit}\n`,
    `# HELP ${name} ${help}\n`,
    ...samples.map(({ labels, value }) => `${name}${renderLabels(labels)} ${numberText(value)}\n`),
  ].join('');
}

const renderLabels = (labels: Labels): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(',')}}`;

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

/** The value of a label. A carriage return may stand nowhere in the text, and a half of a pair is no character. */
export const escapeLabel = (text: string): string =>
  text
    .replace(/\p{Surrogate}|\r/gu, '\ufffd')
    .replace(/[\\"\n]/g, (character) => escapes[character] ?? character);

const numberText = (value: number): string =>
  Number.isFinite(value) ? shortened(value) : value > 0 ? '+Inf' : value < 0 ? '-Inf' : 'NaN';
