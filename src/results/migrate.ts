/** A result of an older schema, as it stands in its file. */
export type Old = Readonly<Record<string, unknown>>;

/** What each schema lacked of the next one, by its number. */
const steps: Readonly<Record<number, (result: Old) => Old>> = {
  // Runs could not be gated.
  1: (result) =>
    mapWorkloads(result, (workload) => ({
      gate: null,
      firstLook: workload.orders instanceof Array ? workload.orders.length : 0,
      confirmation: null,
      ...workload,
    })),
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
      ? result.workloads.map((each: unknown) =>
          typeof each === 'object' && each !== null ? change(each as Old) : each,
        )
      : result.workloads,
});
