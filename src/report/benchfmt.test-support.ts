/** A result line of Go's benchmark format, with the configuration that stood above it. */
export interface BenchmarkLine {
  readonly base: string;
  /** Keys and values of the name, decoded. */
  readonly keys: Readonly<Record<string, string>>;
  readonly threads: number;
  readonly iterations: number;
  readonly values: ReadonlyMap<string, number>;
  readonly configuration: Readonly<Record<string, string>>;
}

export interface BenchmarkFile {
  readonly lines: readonly BenchmarkLine[];
  readonly units: ReadonlyMap<string, string>;
}

const configurationForm = /^(\p{Ll}[^\s\p{Lu}:]*):(?:[ \t]+(\S.*))?$/u;
const unitForm = /^Unit (\S+) better=(higher|lower)$/;
const nameForm = /^Benchmark([^\s/]+)((?:\/[^\s/=]+=[^\s/]+)*)-(\d+)$/;
const numberForm = /^-?\d+(\.\d+)?(e[+-]\d+)?$/;

/**
 * Parses Go's benchmark format more strictly than its readers do, which skip what they do not know: every line is a
 * comment, blank, configuration, unit metadata or a result, and every unit has its metadata above its first use.
 *
 * Source: https://golang.org/design/14313-benchmark-format
 */
export function parseBenchfmt(text: string): BenchmarkFile {
  if (!text.endsWith('\n')) throw new Error('the last line is not ended');
  const units = new Map<string, string>();
  const configuration: Record<string, string> = {};
  const lines: BenchmarkLine[] = [];
  // What Go's unicode.IsSpace takes for a blank; a line ends with a line feed alone.
  for (const line of text.slice(0, -1).split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const unit = unitForm.exec(line);
    const setting = configurationForm.exec(line);
    if (unit !== null) {
      const [, name = '', better = ''] = unit;
      if (units.has(name)) throw new Error(`the unit ${name} stands twice`);
      units.set(name, better);
    } else if (setting !== null) {
      configuration[setting[1] ?? ''] = setting[2] ?? '';
    } else {
      lines.push({ ...parseResult(line, units), configuration: { ...configuration } });
    }
  }
  return { lines, units };
}

function parseResult(
  line: string,
  units: ReadonlyMap<string, string>,
): Omit<BenchmarkLine, 'configuration'> {
  const fields = line.split(/[\s\u0085\u00a0]+/u);
  const [name = '', iterations = '', ...measured] = fields;
  const parts = nameForm.exec(name);
  if (parts === null || fields.length < 4 || fields.length % 2 !== 0 || !/^\d+$/.test(iterations)) {
    throw new Error(`not a result: ${line}`);
  }
  const values = new Map<string, number>();
  for (let at = 0; at < measured.length; at += 2) {
    const [number = '', unit = ''] = measured.slice(at, at + 2);
    if (!numberForm.test(number)) throw new Error(`not a number: ${number}`);
    if (!units.has(unit) || values.has(unit)) throw new Error(`unit ${unit}`);
    values.set(unit, Number(number));
  }
  const [, base = '', keys = '', threads = ''] = parts;
  const pairs = keys.split('/').slice(1);
  return {
    base: decodeURIComponent(base),
    keys: Object.fromEntries(
      pairs.map((pair) => pair.split('=').map(decodeURIComponent)),
    ) as Record<string, string>,
    threads: Number(threads),
    iterations: Number(iterations),
    values,
  };
}
