/**
 * How V8 is started where operations are measured. The path from the actor through an operation, a
 * strategy and `Observed` to a lock's first atomic is deep, of small functions that are each called from
 * one place. V8 stops inlining when a function has taken in 920 bytes of bytecode, in the middle of that
 * path; the calls that then remain cost a fifth of an empty operation. Source: `max_inlined_bytecode_size_cumulative`
 * in V8's flag definitions.
 */
export const v8Flags: readonly string[] = ['--max-inlined-bytecode-size-cumulative=1700'];
