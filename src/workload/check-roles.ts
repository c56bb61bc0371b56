import { diagnosticCodes } from './diagnostic.js';
import { checkOperation } from './check-operation.js';
import { checkRound } from './check-round.js';
import { number, text, type Outline, type OutlineRole } from './outline.js';
import type { Report } from './report-fault.js';
import { parsePercent } from './units.js';

/** Checks of `roles` that look at more than one key. */
export function checkRoles(outline: Outline, report: Report): void {
  const { contradiction, outOfRange } = diagnosticCodes;
  const seen = new Set<string>();
  let main: string | undefined;
  for (const role of outline.roles) {
    const { name, path, fields } = role;
    if (name !== undefined && seen.has(name)) {
      const message = `there are two roles named "${name}": give one another name`;
      report(contradiction, [...path, 'name'], message);
    }
    if (name !== undefined) seen.add(name);
    if (fields.main === true) {
      if (main !== undefined) {
        const message = `role "${main}" is main already: there is one headline role`;
        report(contradiction, [...path, 'main'], message, 'key');
      }
      main ??= name ?? 'above';
    }
    const process = number(fields.process);
    if (process !== undefined && process >= outline.processes) {
      const message = `there is no process ${process}: they count from 0, and space.processes is ${outline.processes}`;
      report(outOfRange, [...path, 'process'], message);
    }
    checkLoop(role, report);
    checkWeights(role, report);
    for (const operation of role.ops) checkOperation(outline, operation, report);
    checkRound(role, outline, report);
  }
  checkShares(outline, report);
}

function checkLoop(role: OutlineRole, report: Report): void {
  const { path, fields } = role;
  const { contradiction } = diagnosticCodes;
  if (fields.rate !== undefined && fields.think !== undefined) {
    const message = 'think is for a closed loop and rate makes an open one: leave one out';
    report(contradiction, [...path, 'think'], message, 'key');
  }
  if (fields.rate === undefined && fields.arrival !== undefined) {
    const message = 'arrival says how rounds of an open loop arrive: add rate, or leave it out';
    report(contradiction, [...path, 'arrival'], message, 'key');
  }
}

function checkWeights(role: OutlineRole, report: Report): void {
  const weighted = role.ops.filter((op) => op.fields.weight !== undefined);
  if (weighted.length === 0 || weighted.length === role.ops.length) return;
  for (const { path, fields } of role.ops) {
    if (fields.weight !== undefined) continue;
    const message = 'other entries of this role have a weight, so this one needs one too';
    report(diagnosticCodes.contradiction, path, message);
  }
}

function checkShares(outline: Outline, report: Report): void {
  let sum = 0;
  for (const { fields, path } of outline.roles) {
    const parsed = parsePercent(text(fields.threads) ?? '');
    if (!parsed.ok) continue;
    const before = sum;
    sum += parsed.value;
    if (sum <= 1 + 1e-9 || before > 1 + 1e-9) continue;
    const message = `the roles' percentages add up to ${Math.round(sum * 1000) / 10}%: they share what numbered roles leave, at most 100%`;
    report(diagnosticCodes.threads, [...path, 'threads'], message);
  }
}
