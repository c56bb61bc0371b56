/** A result of an older schema, as it stands in its file. */
export type Old = Readonly<Record<string, unknown>>;

/** What each schema lacked of the next one, by its number. */
const steps: Readonly<Record<number, (result: Old) => Old>> = {
  // Runs could not be gated, and what a machine lacks was not told from what could not be read of it.
  1: ({ environment, ...result }) => ({
    ...mapWorkloads(result, (workload) => ({
      gate: null,
      firstLook: workload.orders instanceof Array ? workload.orders.length : 0,
      confirmation: null,
      ...workload,
    })),
    environment: isObject(environment) ? tellUnreadable(environment) : environment,
  }),
};

/** The result in the present schema, whose number it then has; what is wrong with it stays wrong. */
export function migrate(result: Old, from: number): Old {
  let migrated = result;
  let version = from;
  for (let step = steps[version]; step !== undefined; step = steps[version]) {
    version++;
    migrated = { ...step(migrated), schemaVersion: version };
  }
  return migrated;
}

const mapWorkloads = (result: Old, change: (workload: Old) => Old): Old => ({
  ...result,
  workloads:
    result.workloads instanceof Array
      ? result.workloads.map((each: unknown) => (isObject(each) ? change(each) : each))
      : result.workloads,
});

function tellUnreadable(environment: Old): Old {
  const told: Old = { smt: null, container: null, ...environment };
  const unreadable = Object.entries(told).flatMap(([name, value]) =>
    value === null ? [name] : [],
  );
  return { unreadable, ...told };
}

const isObject = (value: unknown): value is Old => typeof value === 'object' && value !== null;
