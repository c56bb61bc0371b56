/** The message of status 6: an error that no code expected, and what to report of it. */
export function describeFault(error: unknown, version: string, words: readonly string[]): string {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return (
    `mmlock: this is a fault of mmlock, not of your input.\n${what}\n` +
    'Please report it with the lines above, the workload file, and this:\n' +
    `  mmlock ${version}, Node ${process.version}, ${process.platform} ${process.arch}\n` +
    `  mmlock ${words.map(quote).join(' ')}\n`
  );
}

const quote = (word: string): string =>
  /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
