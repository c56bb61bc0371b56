export interface MetricFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const metricName = '[A-Za-z_:][A-Za-z0-9_:]*';
const escapedString = '(?:[^\\n"\\\\]|\\\\["n\\\\])*';
const label = `[A-Za-z_][A-Za-z0-9_]*="${escapedString}"`;
/** Whole numbers have no point, others have one or an exponent. */
const number = '[+-]?\\d+|[+-]?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?|[+-]Inf|NaN';
const metadataForm = new RegExp(`^# (TYPE|UNIT|HELP) (${metricName}) (.+)$`);
const sampleForm = new RegExp(`^(${metricName})\\{(${label}(?:,${label})*)\\} (${number})$`);

const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));

/**
 * Parses OpenMetrics 1.0 text of gauges as strictly as its specification asks, and more: metadata in the order TYPE,
 * UNIT, HELP; and, as node_exporter's textfile collector wants it, no timestamps and a help without escapes.
 */
export function parseOpenMetrics(text: string): readonly MetricFamily[] {
  if (text.includes('\r')) throw new Error('a carriage return');
  if (!text.endsWith('# EOF\n')) throw new Error('no end');
  type Open = Omit<MetricFamily, 'samples'> & { samples: MetricSample[]; kinds: string[] };
  const families = new Map<string, Open>();
  let current: Open | undefined;
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    if (!line.startsWith('#')) {
      if (current === undefined) throw new Error(`a sample without metadata: ${line}`);
      current.samples.push(parseSample(line, current.name));
      continue;
    }
    const [, kind = '', name = '', value = ''] = metadataForm.exec(line) ?? [];
    if (kind === '') throw new Error(`neither metadata nor sample: ${line}`);
    if (current?.name !== name) {
      if (families.has(name)) throw new Error(`${name} stands in two places`);
      current = { name, type: '', unit: '', help: '', samples: [], kinds: [] };
      families.set(name, current);
    }
    if (current.samples.length > 0) throw new Error(`metadata among samples: ${line}`);
    current.kinds.push(kind);
    Object.assign(current, { [kind.toLowerCase()]: value });
  }
  return [...families.values()].map(({ kinds, ...family }) => checked(family, kinds));
}

function parseSample(line: string, name: string): MetricSample {
  const match = sampleForm.exec(line);
  if (match?.[1] !== name) throw new Error(`not a sample of ${name}: ${line}`);
  const labels: Record<string, string> = {};
  const pairs = (match[2] ?? '').matchAll(new RegExp(`(\\w+)="(${escapedString})"`, 'g'));
  for (const [, key = '', value = ''] of pairs) {
    if (key in labels) throw new Error(`the label ${key} stands twice`);
    labels[key] = unescaped(value);
  }
  const value = Number((match[3] ?? '').replace('Inf', 'Infinity'));
  return { labels, value };
}

function checked(family: MetricFamily, kinds: readonly string[]): MetricFamily {
  const { name, type, unit, help, samples } = family;
  if (!['TYPE UNIT HELP', 'TYPE HELP'].includes(kinds.join(' '))) {
    throw new Error(`${name} has ${kinds.join(' ')}`);
  }
  if (type !== 'gauge') throw new Error(`${name} is a ${type}`);
  if (unit !== '' && !name.endsWith(`_${unit}`)) throw new Error(`${name} does not end in ${unit}`);
  if (/["\\]/.test(help)) throw new Error(`help of ${name}: ${help}`);
  const keys = new Set(samples.map(({ labels }) => Object.keys(labels).join(',')));
  const series = new Set(samples.map(({ labels }) => JSON.stringify(Object.entries(labels))));
  if (series.size !== samples.length) throw new Error(`${name} has two samples of one series`);
  if (keys.size !== 1) throw new Error(`samples of ${name} have different labels`);
  return family;
}
