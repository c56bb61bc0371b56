/** What mmlock's exit status means, the same for every command. */
export const exitStatus = {
  ok: 0,
  regressed: 1,
  usage: 2,
  inconclusive: 3,
  incorrect: 4,
  notComparable: 5,
  internal: 6,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** The table in `mmlock --help`. */
export const exitStatusHelp = `Exit status:
  0    fine
  1    regressed, or a claim refuted (only where verdicts were asked to decide)
  2    bad usage or bad input; nothing was measured
  3    inconclusive or too noisy (only where verdicts were asked to decide)
  4    incorrect: an invariant broke, a lock failed to exclude, threw or stood still
  5    not comparable
  6    a fault of mmlock itself, a worker killed from outside, or a result that could not be saved
  130  interrupted (SIGINT); what was finished is kept
  143  terminated (SIGTERM); what was finished is kept
Several at once: 130 and 143, then 4, 6, 5, 1, 3.`;

/** First wins when several apply. 2 ends a command before it measures, so it meets only signals. */
const precedence: readonly ExitStatus[] = [
  exitStatus.interrupted,
  exitStatus.terminated,
  exitStatus.usage,
  exitStatus.incorrect,
  exitStatus.internal,
  exitStatus.notComparable,
  exitStatus.regressed,
  exitStatus.inconclusive,
];

/** The one status that several outcomes of a command give together. */
export function worstStatus(statuses: Iterable<ExitStatus>): ExitStatus {
  const all = new Set(statuses);
  return precedence.find((status) => all.has(status)) ?? exitStatus.ok;
}
