import type { Paint } from './paint.js';
import type { Remark } from './remarks.js';
import { wrapText } from './wrap.js';

/** Remarks as lines of a terminal under a title; nothing without remarks. */
export function renderRemarks(
  title: string,
  remarks: readonly Remark[],
  { width }: { readonly width: number },
  paint: Paint,
): string {
  if (remarks.length === 0) return '';
  const indent = title === '' ? ' ' : '   ';
  const lines = remarks.map(({ text, tone }) =>
    wrapText(text, width, indent, `${indent}  `)
      .split('\n')
      .map((line) => paint(tone, line))
      .join('\n'),
  );
  return (title === '' ? '' : `\n ${paint('strong', title)}\n`) + lines.join('');
}
