/**
 * How V8 is started where operations are measured. The path from the actor through an operation, a strategy and
 * `Observed` to a lock's first atomic is deep, of small functions that are each called from one place. V8 stops
 * inlining when a function has taken in 920 bytes of bytecode, in the middle of that path; the calls that then remain
 * cost a third of an empty operation. No more than the path needs: twice as much takes half as long again to compile,
 * in every worker of every trial. Source: `max_inlined_bytecode_size_cumulative` in V8's flag definitions.
 *
 * A function is compiled when it has run so many bytes of bytecode, an eighth of this by V8's own default. Inner
 * functions of the path reach that first, are compiled for themselves, and then again in each that takes them in:
 * waiting longer halves what there is to compile in a trial, and all of it is soon done with. Source:
 * `interrupt_budget`, as above.
 */
export const v8Flags: readonly string[] = [
  '--max-inlined-bytecode-size-cumulative=1700',
  '--interrupt-budget=1000000',
];
