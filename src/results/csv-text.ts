import { stringify } from 'csv-stringify/sync';

/** A field; null and undefined are 'not measured' and stay empty, never 0. */
export type Field = string | number | boolean | null | undefined;

/** A text that a spreadsheet would take for a formula gets an apostrophe before it. */
export const guarded = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

/** Nine digits: more than any measurement has, without the noise of binary fractions; whole numbers as they are. */
export const shortened = (value: number): string =>
  String(Number.isInteger(value) ? value : Number(value.toPrecision(9)));

function fieldText(field: Field): string {
  if (field === null || field === undefined) return '';
  if (typeof field === 'number') return Number.isFinite(field) ? shortened(field) : '';
  return typeof field === 'string' ? guarded(field) : String(field);
}

/** RFC 4180 quoting, LF, UTF-8 without a byte-order mark; a header line first. */
export function csvText<Column extends string>(
  columns: readonly Column[],
  records: readonly Readonly<Partial<Record<Column, Field>>>[],
): string {
  const rows = records.map((record) => columns.map((column) => fieldText(record[column])));
  // A carriage return needs quotes too, though the lines end without one.
  return stringify([[...columns], ...rows], { record_delimiter: '\n', quoted_match: /\r/ });
}
