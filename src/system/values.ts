import type { Machine, ReadText } from './machine.js';
import { absent, failureOf, found, unreadable, whenRead, type Reading } from './reading.js';

/** One word of a file that holds nothing else. */
export const readWord = (read: ReadText, path: string): Reading<string> =>
  whenRead(read(path), (text) => {
    const word = text.trim();
    return /^[\w.+:-]{1,64}$/.test(word) ? found(word) : unexpected(path);
  });

/** A whole number, 0 or more. */
export const readCount = (read: ReadText, path: string): Reading<number> =>
  whenRead(read(path), (text) => {
    const count = /^\d{1,15}$/.test(text.trim()) ? Number(text) : NaN;
    return Number.isNaN(count) ? unexpected(path) : found(count);
  });

/** A name for people, such as a product's: one line, without what a terminal would obey. */
export const readName = (read: ReadText, path: string): Reading<string> =>
  whenRead(read(path), (text) => {
    const name = text
      .replace(/[\p{C}\s]+/gu, ' ')
      .trim()
      .slice(0, 64);
    return name === '' ? unexpected(path) : found(name);
  });

/** A list of CPUs or nodes such as `0-3,8`, and how many it holds; an empty file is an empty list. */
export const readList = (
  read: ReadText,
  path: string,
): Reading<{ readonly text: string; readonly count: number }> =>
  whenRead(read(path), (content) => {
    const text = content.trim();
    // The kernel writes `(null)` where a list was never made.
    if (text === '' || text === '(null)') return found({ text: '', count: 0 });
    if (!/^\d{1,6}(-\d{1,6})?(,\d{1,6}(-\d{1,6})?)*$/.test(text)) return unexpected(path);
    const count = text.split(',').reduce((sum, part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return sum + last - first + 1;
    }, 0);
    return found({ text, count });
  });

export const unexpected = (path: string): Reading<never> =>
  unreadable(`${path} holds something unexpected`);

const cpuFolder = '/sys/devices/system/cpu';

/** What each CPU's own file says, `cpufreq/scaling_governor` for example; CPUs that are offline have none. */
export function readPerCpu<T>(
  machine: Machine,
  file: string,
  read: (read: ReadText, path: string) => Reading<T>,
): Reading<readonly T[]> {
  return whenRead(machine.list(cpuFolder), (names) => {
    const readings = names
      .filter((name) => /^cpu\d+$/.test(name))
      .sort((a, b) => Number(a.slice(3)) - Number(b.slice(3)))
      .map((name) => read(machine.read, `${cpuFolder}/${name}/${file}`));
    const values = readings.flatMap((reading) => (reading.ok ? [reading.value] : []));
    if (values.length > 0) return found(values);
    return failureOf(readings) ?? absent(`${cpuFolder} lists no CPU`);
  });
}
