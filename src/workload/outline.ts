import { mappedName } from './schema-operations.js';
import type { Path } from './source.js';

/**
 * A tolerant view of what a file says, for the checks that look at several places at once: whatever is
 * missing or of a wrong type is left out, so that these checks find what they can even in a file that
 * has other faults, and a user sees all faults at once.
 */
export interface Outline {
  readonly processes: number;
  readonly regions: readonly OutlineRegion[];
  readonly roles: readonly OutlineRole[];
  readonly strategies: readonly OutlineStrategy[];
  readonly claims: readonly OutlineMapping[];
  readonly gate: OutlineMapping;
  readonly baseline: string | undefined;
  /** Values of each knob of the matrix. */
  readonly matrix: Readonly<Record<string, unknown>>;
}

/** A mapping and where it stands. */
export interface OutlineMapping {
  readonly path: Path;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface OutlineRegion extends OutlineMapping {
  readonly name: string | undefined;
  readonly isFile: boolean;
  readonly executable: boolean;
  readonly shared: boolean;
  readonly writable: boolean;
  /** Pages of all its VMAs; undefined if that cannot be told. */
  readonly pages: number | undefined;
}

export interface OutlineRole extends OutlineMapping {
  readonly name: string | undefined;
  readonly ops: readonly OutlineOperation[];
}

export interface OutlineOperation extends OutlineMapping {
  readonly op: string | undefined;
}

export interface OutlineStrategy extends OutlineMapping {
  readonly name: string | undefined;
  /** Written as a mapping, and so defined here. */
  readonly defined: boolean;
}

export function outline(content: unknown): Outline {
  const top = mapping(content);
  const space = mapping(top.space);
  return {
    processes: number(space.processes) ?? 1,
    regions: list(space.regions).map((value, i) => region(value, ['space', 'regions', i])),
    roles: list(top.roles).map((value, i) => role(value, ['roles', i])),
    strategies: list(top.strategies).map((value, i) => {
      const fields = mapping(value);
      const defined = typeof value !== 'string';
      return {
        path: ['strategies', i],
        fields,
        defined,
        name: text(defined ? fields.name : value),
      };
    }),
    claims: list(top.expect).map((value, i) => ({ path: ['expect', i], fields: mapping(value) })),
    gate: { path: ['gate'], fields: mapping(top.gate) },
    baseline: text(top.baseline),
    matrix: mapping(top.matrix),
  };
}

function region(value: unknown, path: Path): OutlineRegion {
  const fields = mapping(value);
  const executable = fields.executable === true;
  const pages = number(fields.pages);
  return {
    path,
    fields,
    name: text(fields.name),
    isFile: fields.kind === 'file',
    executable,
    shared: fields.shared === true,
    writable: typeof fields.writable === 'boolean' ? fields.writable : !executable,
    pages: pages === undefined ? undefined : pages * (number(fields.vmas) ?? 1),
  };
}

function role(value: unknown, path: Path): OutlineRole {
  const fields = mapping(value);
  const ops = list(fields.ops).map((entry, i): OutlineOperation => {
    const operation = mapping(entry);
    return { path: [...path, 'ops', i], fields: operation, op: text(operation.op) };
  });
  return { path, fields, name: text(fields.name), ops };
}

/** The region a `mapped` entry works on, in a message. */
export const isMapped = (value: unknown): boolean => value === mappedName;

export const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

export const number = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined;

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
