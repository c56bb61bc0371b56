import { Chalk } from 'chalk';
import type { Tone } from './grid.js';

/** Colours text as its tone asks, or not at all. */
export type Paint = (tone: Tone, text: string) => string;

/** `colour` false gives text without a single control character. */
export function createPaint(colour: boolean): Paint {
  if (!colour) return (_tone, text) => text;
  const chalk = new Chalk({ level: 1 });
  const tones: Readonly<Record<Tone, (text: string) => string>> = {
    plain: (text) => text,
    good: chalk.green,
    bad: chalk.red,
    unsure: chalk.yellow,
    faint: chalk.dim,
    strong: chalk.bold,
  };
  return (tone, text) => (text === '' ? '' : tones[tone](text));
}
