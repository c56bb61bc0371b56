/** A user's lock file: its path as written, resolved to tell files apart, and the name that it gives itself. */
export interface LockFile {
  /** Resolved: two spellings of one file are one file. */
  readonly path: string;
  readonly name: string;
}

/**
 * The label of each lock file, by its resolved path: its name, or where that name is another lock's too (of
 * a file or of those in `taken`) the end of its path, as long as it must be to tell it from the others.
 */
export function lockLabels(
  files: readonly LockFile[],
  taken: Iterable<string>,
): ReadonlyMap<string, string> {
  const names = new Map(files.map(({ path, name }) => [path, name]));
  const used = new Set(taken);
  const labels = new Map<string, string>();
  for (const [path, name] of names) {
    const rivals = [...names].filter(([other, its]) => other !== path && its === name);
    if (rivals.length === 0 && !used.has(name)) {
      labels.set(path, name);
      continue;
    }
    const parts = path.split(/[/\\]/);
    let length = 1;
    let label = end(parts, length);
    const clashes = () =>
      used.has(label) || rivals.some(([other]) => end(other.split(/[/\\]/), length) === label);
    while (clashes() && length < parts.length) label = end(parts, ++length);
    labels.set(path, label);
  }
  return labels;
}

const end = (parts: readonly string[], length: number): string => parts.slice(-length).join('/');
