import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { widthOfFiles } from './context.js';
import { prepareDerivedFile, writeDerivedFile } from './derived-file.js';
import { oneOf } from './option-values.js';

/** A report that goes to a file, beside the one that is printed: `junit=mmlock.xml`. */
export interface ReportFile<Format extends string> {
  readonly format: Format;
  /** As it was given; after `prepareReportFiles` an absolute path that can be written. */
  readonly file: string;
}

/** `--report FORMAT=FILE`, which may be given several times. */
export const addReportOption = (command: Command, formats: readonly string[]): Command =>
  command.option(
    '--report <form=file>',
    'write a report to a file too (overwritten), such as junit=mmlock.xml; again for another',
    reportFile(formats),
  );

/** Reads one more value of the option. */
export function reportFile<const Format extends string>(formats: readonly Format[]) {
  const format = oneOf(formats);
  return (
    text: string,
    before: readonly ReportFile<Format>[] | undefined,
  ): readonly ReportFile<Format>[] => {
    const [, form = '', file = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (file === '') {
      throw new InvalidArgumentError('Write it as FORMAT=FILE, such as junit=mmlock.xml.');
    }
    return [...(before ?? []), { format: format(form), file }];
  };
}

export type PreparedReportFiles<Format extends string> =
  | { readonly ok: true; readonly reports: readonly ReportFile<Format>[] }
  | { readonly ok: false; readonly messages: readonly string[] };

/**
 * Finds out, before anything is measured, whether all of them can be written, each to a file of its own. `kept` are
 * absolute paths of what the command reads or writes besides.
 */
export function prepareReportFiles<Format extends string>(
  asked: readonly ReportFile<Format>[],
  directory: string,
  kept: readonly string[] = [],
): PreparedReportFiles<Format> {
  const reports: ReportFile<Format>[] = [];
  const messages: string[] = [];
  for (const { format, file } of asked) {
    const taken = [...kept, ...reports.map((report) => report.file)];
    const target = prepareDerivedFile('--report', file, directory, taken);
    if (target.ok) reports.push({ format, file: target.path });
    else messages.push(target.message);
  }
  return messages.length === 0 ? { ok: true, reports } : { ok: false, messages };
}

/** Layout of what goes to a file. */
export const fileLayout = (verbose: boolean) => ({
  ...{ width: widthOfFiles, colour: false, verbose },
});

/** Writes them one after another; gives what went wrong, a sentence each. */
export async function writeReportFiles<Format extends string>(
  reports: readonly ReportFile<Format>[],
  render: (format: Format) => Promise<string>,
): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const { format, file } of reports) {
    const failure = writeDerivedFile('--report', file, await render(format));
    if (failure !== null) failures.push(failure);
  }
  return failures;
}
