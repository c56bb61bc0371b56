import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  diagnosticCodes,
  hasErrors,
  sortDiagnostics,
  wholeFile,
  type Diagnostic,
} from '../../workload/diagnostic.js';
import { issueDiagnostics, unknownWordMessage } from '../../workload/issues.js';
import { readText } from '../../workload/read-text.js';
import { WorkloadSource } from '../../workload/source.js';
import { checkMachine } from './check-machine.js';
import { machineSchema, type MachineFile } from './machine-schema.js';
import type { MachineProfile } from '../../machine/machine-profile.js';

/** Durations in ns. */
export interface Figure {
  readonly value: number | boolean;
  readonly source: string;
}

/** A machine as read; `profile` is absent if there is any error. */
export interface ReadMachine {
  readonly profile?: MachineProfile;
  /** Each figure with its source, by its place in the file: `line.hit`. */
  readonly figures: Readonly<Record<string, Figure>>;
  /** By line. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Beside the code, where the build copies them to. */
const folder = fileURLToPath(new URL('./machines/', import.meta.url));

/** The machine that `sim` runs on unless told. */
export const usualMachine = 'server-2s-64';

/** Names of the machines that come with mmlock, in alphabetical order. */
export const machineNames = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace(/\.yaml$/, ''))
    .sort();

/** One that comes with mmlock. Throws if there is none of that name, or if its file is wrong. */
export function builtInMachine(name: string): Required<Omit<ReadMachine, 'diagnostics'>> {
  const file = join(folder, `${name}.yaml`);
  const { profile, figures, diagnostics } = parseMachine(readFileSync(file, 'utf8'), file);
  if (profile === undefined) throw new Error(diagnostics[0]?.message ?? `${file} is wrong`);
  return { profile, figures };
}

/**
 * Reads a machine for `--machine`.
 *
 * @param machine a name, or the path of a file if it has a `/` or ends in .yaml or .yml; relative to `directory`
 */
export async function readMachine(machine: string, directory: string): Promise<ReadMachine> {
  const fault = (file: string, code: Diagnostic['code'], message: string): ReadMachine => ({
    figures: {},
    diagnostics: [wholeFile(file, code, message)],
  });
  if (!/\/|\.ya?ml$/.test(machine)) {
    const names = machineNames();
    if (names.includes(machine)) return { ...builtInMachine(machine), diagnostics: [] };
    const message = unknownWordMessage('machine', machine, names);
    return fault('--machine', diagnosticCodes.unknownWord, message);
  }
  const read = await readText(machine, directory, {
    directory: 'is a directory: name the file of a machine in it',
    missing: 'no such file: mmlock list machines names those that come with mmlock',
    tooLarge: 'is it a machine?',
  });
  return read.ok
    ? parseMachine(read.text, machine)
    : fault(machine, diagnosticCodes.unreadable, read.message);
}

/**
 * Reads the text of a machine file and finds everything that is wrong with it at once.
 *
 * @param file its name as the user wrote it, for messages
 */
export function parseMachine(text: string, file: string): ReadMachine {
  const source = new WorkloadSource(text, file);
  const diagnostics = [...source.faults];
  const { content } = source;
  if (content === undefined) return { figures: {}, diagnostics };
  if (content === null) {
    const message = 'the file is empty: copy a machine that comes with mmlock, and change it';
    const fault = wholeFile(file, diagnosticCodes.missingKey, message);
    return { figures: {}, diagnostics: [...diagnostics, fault] };
  }
  const result = machineSchema.safeParse(content);
  if (!result.success) diagnostics.push(...issueDiagnostics(source, result.error.issues));
  checkMachine(content, (code, path, message, part) => {
    diagnostics.push(source.diagnostic(code, path, message, part));
  });
  const sorted = sortDiagnostics(diagnostics);
  return result.success && !hasErrors(sorted)
    ? {
        profile: profileOf(result.data),
        figures: figuresOf(result.data),
        diagnostics: sorted,
      }
    : { figures: {}, diagnostics: sorted };
}

function profileOf(file: MachineFile): MachineProfile {
  const { name, about, shape, hypervisor } = file;
  return {
    name,
    about,
    shape: {
      sockets: shape.sockets,
      clustersPerSocket: shape.clusters_per_socket,
      coresPerCluster: shape.cores_per_cluster,
      placement: shape.placement,
    },
    line: valuesOf(file.line),
    scheduler: valuesOf(file.scheduler),
    memory: valuesOf(file.memory),
    entry: valuesOf(file.entry),
    shootdown: valuesOf(file.shootdown),
    costs: plainValuesOf(file.costs),
    hypervisor:
      hypervisor === undefined
        ? null
        : {
            physicalCpus: hypervisor.physical_cpus,
            slice: hypervisor.slice.value,
            worldSwitch: hypervisor.world_switch.value,
            kick: hypervisor.kick.value,
          },
  };
}

type Section = Readonly<Record<string, Figure>>;

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : S;

/** Each figure without its source, under the name that code has for it. */
const valuesOf = <T extends Section>(section: T) =>
  Object.fromEntries(
    Object.entries(section).map(([key, { value }]) => [camelCase(key), value]),
  ) as { readonly [K in keyof T as Camel<K & string>]: T[K]['value'] };

/** The same under its own name. */
const plainValuesOf = <T extends Section>(section: T) =>
  Object.fromEntries(Object.entries(section).map(([key, { value }]) => [key, value])) as {
    readonly [K in keyof T]: T[K]['value'];
  };

const camelCase = (key: string): string =>
  key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

function figuresOf(file: MachineFile): Record<string, Figure> {
  const figures: Record<string, Figure> = {};
  for (const [section, entries] of Object.entries<object | string | undefined>(file)) {
    if (typeof entries !== 'object') continue;
    for (const [key, figure] of Object.entries<Figure | string | number>({ ...entries })) {
      if (typeof figure === 'object') figures[`${section}.${key}`] = figure;
    }
  }
  return figures;
}
