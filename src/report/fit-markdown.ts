/** Lines of which the last are left out where there is no room, between two texts that are not. */
export interface Section {
  readonly before: string;
  readonly lines: readonly string[];
  readonly after: string;
}

/** A job summary beyond 1 MiB is dropped whole by GitHub; the step's other commands write into it too. */
export const mostBytes = 1_000_000;

/** Room for the line that counts sections that were left out whole. */
const lastNoteBytes = 120;

/**
 * Sections one after another in at most `mostBytes` of UTF-8. A section that is too long loses its last lines, and
 * says how many; one for which there is no room at all is counted at the end.
 */
export function fitSections(sections: readonly Section[], mostBytes: number): string {
  let left = mostBytes - lastNoteBytes;
  let text = '';
  let dropped = 0;
  for (const section of sections) {
    const fitting = fitSection(section, left);
    if (fitting === null) {
      dropped++;
    } else {
      text += fitting;
      left -= Buffer.byteLength(fitting);
    }
  }
  return dropped === 0 ? text : `${text}\n*${dropped} more sections left out for want of room*\n`;
}

function fitSection({ before, lines, after }: Section, mostBytes: number): string | null {
  const whole = before + lines.join('') + after;
  if (Buffer.byteLength(whole) <= mostBytes) return whole;
  const sizes = lines.map((line) => Buffer.byteLength(line));
  const noteOf = (count: number): string => `\n*${count} more lines left out for want of room*\n`;
  // The note is longest where all lines are left out.
  let left = mostBytes - Buffer.byteLength(before + noteOf(lines.length) + after);
  let kept = 0;
  while (kept < sizes.length && (sizes[kept] ?? 0) <= left) left -= sizes[kept++] ?? 0;
  return kept === 0
    ? null
    : before + lines.slice(0, kept).join('') + noteOf(lines.length - kept) + after;
}
