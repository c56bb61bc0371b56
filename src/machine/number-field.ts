/**
 * First value of a field that will hold times. V8 keeps a field in the form of the values it has seen, small integers
 * at first; when one comes that does not fit, in the middle of a window perhaps, it throws away all code that was
 * compiled for the object. A fraction claims room for any number from the start.
 */
export const numberField = 0.5;
