import type { Path } from './source.js';

/** The content with one value in it replaced or added. What is not on the way to it is shared; nothing is changed. */
export function withValue(content: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(content)) {
    return content.map((entry: unknown, index) =>
      index === step ? withValue(entry, rest, value) : entry,
    );
  }
  const fields = typeof content === 'object' && content !== null ? content : {};
  return { ...fields, [step]: withValue((fields as Record<string, unknown>)[step], rest, value) };
}

/** The value at a path; undefined if there is none. */
export function valueAt(content: unknown, path: Path): unknown {
  let value = content;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
