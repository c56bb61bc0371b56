/**
 * Parses CSV as strictly as RFC 4180 asks, with LF between records: throws at a quote that stands in an unquoted
 * field, at text behind a closing quote, at records of different lengths, and where the last line is not ended.
 */
export function parseCsv(text: string): readonly (readonly string[])[] {
  const records: string[][] = [];
  let record: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\n)/y;
  while (field.lastIndex < text.length) {
    const start = field.lastIndex;
    const match = field.exec(text);
    if (match === null) throw new Error(`not CSV at ${start}: ${text.slice(start, start + 40)}`);
    const [, quoted, plain = '', end] = match;
    record.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    records.push(record);
    record = [];
  }
  const [header] = records;
  if (record.length > 0) throw new Error('the last line is not ended');
  for (const { length } of records) {
    if (length !== header?.length) throw new Error(`a record of ${length} fields`);
  }
  return records;
}

/** The same, by the names in the first record. */
export function parseCsvRecords(text: string): readonly Readonly<Record<string, string>>[] {
  const [header = [], ...records] = parseCsv(text);
  return records.map((record) =>
    Object.fromEntries(header.map((name, index) => [name, record[index] ?? ''])),
  );
}
