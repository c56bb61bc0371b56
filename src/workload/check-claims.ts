import { diagnosticCodes } from './diagnostic.js';
import { dotted, unknownWordMessage } from './issues.js';
import { better, metricNames, metricOf } from './metrics.js';
import {
  isMapped,
  list,
  mapping,
  number,
  text,
  type Outline,
  type OutlineMapping,
} from './outline.js';
import { operationNames } from './plan.js';
import type { Report } from './report-fault.js';
import { gateSettings } from './schema-claims.js';
import type { Path } from './source.js';
import { isLockPath } from '../strategies/fields.js';
import { nearest } from '../strategies/nearest.js';
import { orList, parseDuration } from './units.js';

/** Checks of `expect` and `gate`: that they speak of what there is, and say one thing each. */
export function checkClaims(outline: Outline, report: Report): void {
  for (const claim of outline.claims) {
    checkCell(outline, claim, report);
    for (const key of ['of', 'than']) checkSelector(outline, claim, key, report);
    for (const [i, name] of list(claim.fields.order).entries()) {
      checkStrategy(outline, text(name), [...claim.path, 'order', i], report);
    }
    checkForm(claim, report);
  }
  checkGate(outline, report);
}

function checkSelector(
  outline: Outline,
  { fields, path }: OutlineMapping,
  key: string,
  report: Report,
): void {
  const name = text(fields[key]);
  if (name !== undefined) {
    checkStrategy(outline, name, [...path, key], report);
    return;
  }
  const { strategy, ...knobs } = mapping(fields[key]);
  checkStrategy(outline, text(strategy), [...path, key, 'strategy'], report);
  for (const [knob, value] of Object.entries(knobs)) {
    checkKnob(outline, knob, value, [...path, key, knob], report);
  }
}

/** A knob of the matrix in a selector: it must be one, and have this value. */
function checkKnob(
  { matrix }: Outline,
  knob: string,
  value: unknown,
  path: Path,
  report: Report,
): void {
  const { unknownKey, unknownWord } = diagnosticCodes;
  const knobs = Object.keys(matrix);
  if (knobs.length === 0) {
    const message = `"${knob}" would name cells of a matrix, and this file has none: a claim compares strategies of one run`;
    report(unknownKey, path, message, 'key');
  } else if (!knobs.includes(knob)) {
    report(unknownKey, path, unknownWordMessage('key', knob, ['strategy', ...knobs]), 'key');
  } else {
    const values = list(matrix[knob]).map(String);
    if (values.includes(String(value))) return;
    const message = `no cell of the matrix has ${knob} ${String(value)}: use ${orList(values)}`;
    report(unknownWord, path, message);
  }
}

function checkStrategy(
  outline: Outline,
  name: string | undefined,
  path: Path,
  report: Report,
): void {
  const names = outline.strategies.flatMap((strategy) => strategy.name ?? []);
  if (name === undefined || names.includes(name)) return;
  // A lock file is known by the name it gives itself, which only loading it tells.
  if (names.some(isLockPath) && nearest(name, names) === undefined) return;
  const message = unknownWordMessage('strategy', name, names, 'strategies is empty');
  report(diagnosticCodes.unknownWord, path, `${message} (it must be one of strategies)`);
}

/** `role` and `op` of a claim or a gate's entry. */
function checkCell(outline: Outline, { fields, path }: OutlineMapping, report: Report): void {
  const roleName = text(fields.role);
  const role =
    roleName === undefined
      ? (outline.roles.find((candidate) => candidate.fields.main === true) ?? outline.roles[0])
      : outline.roles.find((candidate) => candidate.name === roleName);
  if (roleName !== undefined && role === undefined) {
    const names = outline.roles.flatMap((candidate) => candidate.name ?? []);
    const message = unknownWordMessage('role', roleName, names);
    report(diagnosticCodes.unknownWord, [...path, 'role'], message);
  }
  const op = text(fields.op);
  if (op === undefined || role === undefined) return;
  const rows = new Set(role.ops.flatMap((entry) => text(entry.fields.label) ?? entry.op ?? []));
  const refills = role.ops.some((entry) => entry.op === 'fault' && !isMapped(entry.fields.region));
  if (refills) rows.add('refill');
  if (rows.has(op)) return;
  const where = `role "${role.name ?? ''}"`;
  const message = (operationNames as readonly string[]).includes(op)
    ? `${where} has no ${op}: name the role that has, or one of ${[...rows].join(', ')}`
    : `${unknownWordMessage('operation', op, [...rows])} (${where})`;
  report(diagnosticCodes.unknownWord, [...path, 'op'], message);
}

const forms = ['ratio', 'value', 'order', 'unsupported'] as const;

function checkForm(claim: OutlineMapping, report: Report): void {
  const { fields, path } = claim;
  const { contradiction, missingKey, wrongType } = diagnosticCodes;
  const given = forms.filter((form) => fields[form] !== undefined);
  const [form, second] = given;
  if (form === undefined || second !== undefined) {
    const message =
      form === undefined
        ? 'says nothing that can be judged: add ratio (with of and than), value, order or unsupported'
        : `${form} and ${second ?? ''} are two claims: make an entry of each`;
    report(form === undefined ? missingKey : contradiction, path, message);
    return;
  }
  const needs = {
    ratio: ['of', 'than', 'metric'],
    value: ['of', 'metric'],
    order: ['metric'],
    unsupported: ['of'],
  };
  for (const key of needs[form]) {
    if (fields[key] !== undefined) continue;
    report(missingKey, path, `missing key "${key}": a claim with ${form} needs it`);
  }
  for (const key of ['of', 'than', 'metric', 'role', 'op']) {
    const wanted =
      needs[form].includes(key) || (form !== 'unsupported' && ['role', 'op'].includes(key));
    if (wanted || fields[key] === undefined) continue;
    report(
      contradiction,
      [...path, key],
      `${key} has no meaning beside ${form}: leave it out`,
      'key',
    );
  }
  const metric = metricOf(text(fields.metric) ?? '');
  if (form === 'order' && metric !== undefined && better(metric) === 'none') {
    const message = `of ${text(fields.metric) ?? ''} neither more nor less is better, so it orders nothing: claim a ratio`;
    report(contradiction, [...path, 'metric'], message);
  }
  if (form === 'order' || form === 'unsupported') return;
  const range = mapping(fields[form]);
  const isTime = metric?.kind === 'times' || metric?.kind === 'starvation';
  const bounds = (['min', 'max'] as const).map((key) => {
    const value = range[key];
    if (form === 'value' && value !== undefined && metric !== undefined) {
      const duration = typeof value === 'string' && parseDuration(value).ok;
      if (isTime && !duration) {
        const message = `${text(fields.metric) ?? ''} is a time: write ${key} as 50us`;
        report(wrongType, [...path, form, key], message);
      } else if (!isTime && duration) {
        const message = `${text(fields.metric) ?? ''} is no time: write ${key} as a plain number`;
        report(wrongType, [...path, form, key], message);
      }
    }
    const parsed = typeof value === 'string' ? parseDuration(value) : undefined;
    return parsed?.ok === true ? parsed.value : number(value);
  });
  const [min, max] = bounds;
  if (range.min === undefined && range.max === undefined) {
    report(missingKey, [...path, form], `${form} needs min, max or both`);
  } else if (min !== undefined && max !== undefined && min > max) {
    report(contradiction, [...path, form], `min is above max: nothing can be inside`);
  }
}

function checkGate(outline: Outline, report: Report): void {
  const { fields, path } = outline.gate;
  const { unknownKey } = diagnosticCodes;
  for (const [metric, value] of Object.entries(fields)) {
    if (metric === 'ignore') {
      for (const [i, entry] of list(value).entries()) {
        checkGateEntry(outline, { fields: mapping(entry), path: [...path, metric, i] }, report);
      }
    }
    if (gateSettings.includes(metric)) continue;
    if (metricOf(metric) === undefined) {
      const message = unknownWordMessage('metric', metric, [...gateSettings, ...metricNames]);
      report(unknownKey, [...path, metric], message, 'key');
    }
    const single = !Array.isArray(value);
    for (const [i, entry] of (single ? [value] : list(value)).entries()) {
      const at: Path = single ? [...path, metric] : [...path, metric, i];
      const margins = mapping(entry);
      checkGateEntry(outline, { fields: margins, path: at }, report);
      checkMargin(metric, margins, at, report);
    }
  }
}

/** One margin, in the direction in which the metric gets worse. */
function checkMargin(
  name: string,
  margins: Readonly<Record<string, unknown>>,
  at: Path,
  report: Report,
): void {
  const { contradiction, missingKey } = diagnosticCodes;
  const metric = metricOf(name);
  const way = metric === undefined ? undefined : better(metric);
  if (way === 'none') {
    const message = `of ${name} neither more nor less is better, so it cannot regress: claim a ratio in expect`;
    report(contradiction, at, message, 'key');
    return;
  }
  const given = (['max_drop', 'max_rise'] as const).filter((key) => margins[key] !== undefined);
  if (given.length === 0) {
    report(missingKey, at, `${dotted(at)} needs max_drop or max_rise`);
    return;
  }
  for (const key of given) {
    const fits =
      way === undefined ? given.length === 1 : (key === 'max_drop') === (way === 'higher');
    if (fits) continue;
    const message =
      way === undefined
        ? 'max_drop and max_rise exclude each other: keep one'
        : `${name} gets worse when it ${way === 'higher' ? 'drops: write max_drop' : 'rises: write max_rise'}`;
    report(contradiction, [...at, key], message, 'key');
  }
}

function checkGateEntry(outline: Outline, entry: OutlineMapping, report: Report): void {
  checkCell(outline, entry, report);
  checkStrategy(outline, text(entry.fields.strategy), [...entry.path, 'strategy'], report);
}
