import type { Place } from '../workload/gate.js';

const levels = ['error', 'warning', 'notice'] as const;
export type Level = (typeof levels)[number];

/** GitHub shows so many annotations of a level for each step, and drops the rest without a word. */
const shownPerLevel = 10;

/** One annotation: a line that GitHub's runner reads from standard output. */
export interface Annotation {
  readonly level: Level;
  readonly properties: Readonly<Record<string, string | number>>;
  readonly text: string;
}

/** At a line of a file, if one is given. */
export const annotation = (
  level: Level,
  title: string,
  text: string,
  place: (Place & { readonly file: string }) | null = null,
): Annotation => {
  const at = place === null ? {} : { file: place.file, line: place.line, col: place.column };
  return { level, properties: { ...at, title }, text };
};

/** What GitHub shows of them: of each level the first, and how many it would have dropped. Put the worst first. */
export const renderAnnotations = (annotations: readonly Annotation[]): string =>
  levels
    .flatMap((level) => firstOf(annotations.filter((one) => one.level === level)))
    .map(render)
    .join('');

function firstOf(annotations: readonly Annotation[]): readonly Annotation[] {
  const [first] = annotations;
  if (first === undefined || annotations.length <= shownPerLevel) return annotations;
  const shown = annotations.slice(0, shownPerLevel - 1);
  const left = annotations.length - shown.length;
  return [...shown, annotation(first.level, 'mmlock', `and ${left} more`)];
}

/** `::error file=…,line=…,title=…::text`, as the runner reads it. */
function render({ level, properties, text }: Annotation): string {
  const list = Object.entries(properties).map(
    ([name, value]) => `${name}=${escapeProperty(String(value))}`,
  );
  return `::${level} ${list.join(',')}::${escapeText(text)}\n`;
}

/** The runner undoes these escapes, and knows no others. */
export const escapeText = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

export const escapeProperty = (text: string): string =>
  escapeText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
