/** What was read, or why it could not be: the end of a sentence that begins with what was looked for. */
export type Reading<T> = { readonly ok: true; readonly value: T } | Failure;

export interface Failure {
  readonly ok: false;
  readonly why: string;
  /** Such a system has nothing to read here, whoever looks; else it is there, and was not shown or understood. */
  readonly absent: boolean;
}

export const found = <T>(value: T): Reading<T> => ({ ok: true, value });
export const unreadable = (why: string): Failure => ({ ok: false, why, absent: false });
export const absent = (why: string): Failure => ({ ok: false, why, absent: true });

/** Null where it could not be read. */
export const orNull = <T>(reading: Reading<T>): T | null => (reading.ok ? reading.value : null);

/** Makes something of what was read; a reason stays. */
export const whenRead = <T, U>(reading: Reading<T>, make: (value: T) => Reading<U>): Reading<U> =>
  reading.ok ? make(reading.value) : reading;

/** Of several places none of which told anything, the one that would have; undefined where there is none. */
export const failureOf = (readings: readonly Reading<unknown>[]): Failure | undefined => {
  const failures = readings.filter((reading) => !reading.ok);
  return failures.find((reading) => !reading.absent) ?? failures[0];
};
