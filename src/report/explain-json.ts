import type { PartOfTime, Spread, WorkloadExplanation } from '../explain/explanation.js';
import type { ExplainReport } from './explain-report.js';

/** Of this form, apart from that of result files: a reader refuses a greater one. */
const schemaVersion = 1;

/** Everything that the other forms are written from; times are ns. */
export const jsonExplanation: ExplainReport = ({ workloads }) => {
  const content = {
    format: 'mmlock-explanation',
    schemaVersion,
    workloads: workloads.map(workloadFields),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
};

function workloadFields(explanation: WorkloadExplanation): object {
  const { workload, engine, threads, machine, reference, role, roleThreads } = explanation;
  const { operation, blocks, windowNs, differenceNs, strategies } = explanation;
  return {
    ...{ workload, engine, threads, machine, reference, role, roleThreads },
    ...{ operation, blocks, windowNs, differenceNs },
    strategies: strategies.map(({ strategy, reason, time }) => ({
      strategy,
      status: time === null ? 'unsupported' : 'ok',
      reason,
      ...(time === null
        ? {}
        : {
            operations: time.operations,
            wholeNs: time.wholeNs,
            perOperation: spreadFields(time.perOperation),
            idleShare: time.idleShare,
            parts: time.parts.map(partFields),
          }),
    })),
  };
}

const partFields = ({ kind, lockClass, ns, share, perOperation }: PartOfTime): object => ({
  ...{ kind, lockClass, ns, share },
  perOperation: spreadFields(perOperation),
});

const spreadFields = (spread: Spread | null): object | null =>
  spread === null ? null : { ns: spread.ns, least: spread.least, most: spread.most };
