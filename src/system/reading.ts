/** What was read, or why it could not be: the end of a sentence that begins with what was looked for. */
export type Reading<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

export const found = <T>(value: T): Reading<T> => ({ ok: true, value });
export const unreadable = (why: string): Reading<never> => ({ ok: false, why });

/** Null where it could not be read. */
export const orNull = <T>(reading: Reading<T>): T | null => (reading.ok ? reading.value : null);

/** Makes something of what was read; a reason stays. */
export const whenRead = <T, U>(reading: Reading<T>, make: (value: T) => Reading<U>): Reading<U> =>
  reading.ok ? make(reading.value) : reading;
