import { cpusOf, type MachineShape } from '../../machine/machine-profile.js';

/** The most clusters of a machine: who has a copy of a line is kept in the bits of a word. */
export const mostClusters = 32;

/**
 * Where the CPUs of a run are on their machine. The first N of a profile are, by its placement, one socket after
 * the other (`fill`) or one of each socket in turn (`spread`).
 */
export class Topology {
  readonly sockets: number;
  readonly clusters: number;
  readonly cpus: number;
  /** Of each CPU of the run: its socket, and its cluster, which no other socket has. */
  readonly socketOf: Int32Array;
  readonly clusterOf: Int32Array;
  /** Of each cluster: the clusters of its socket, itself included, a bit each. */
  readonly socketMates: Int32Array;

  /** @throws RangeError if the machine has fewer CPUs, or more clusters than a word has bits */
  constructor(shape: MachineShape, cpus: number) {
    const all = cpusOf({ shape });
    if (!Number.isInteger(cpus) || cpus < 1 || cpus > all) {
      throw new RangeError(`${cpus} CPUs of a machine that has ${all}`);
    }
    const { clustersPerSocket, sockets } = shape;
    this.clusters = sockets * clustersPerSocket;
    if (this.clusters > mostClusters) {
      throw new RangeError(`${this.clusters} clusters; at most ${mostClusters}`);
    }
    this.socketMates = Int32Array.from({ length: this.clusters }, (_, cluster) => {
      const first = cluster - (cluster % clustersPerSocket);
      return Array.from({ length: clustersPerSocket }, (__, i) => 1 << (first + i)).reduce(
        (bits, bit) => bits | bit,
      );
    });
    const perSocket = shape.clustersPerSocket * shape.coresPerCluster;
    this.sockets = shape.sockets;
    this.cpus = cpus;
    this.socketOf = new Int32Array(cpus);
    this.clusterOf = new Int32Array(cpus);
    for (let cpu = 0; cpu < cpus; cpu++) {
      const spread = shape.placement === 'spread';
      const socket = spread ? cpu % shape.sockets : Math.floor(cpu / perSocket);
      const within = spread ? Math.floor(cpu / shape.sockets) : cpu % perSocket;
      this.socketOf[cpu] = socket;
      this.clusterOf[cpu] =
        socket * shape.clustersPerSocket + Math.floor(within / shape.coresPerCluster);
    }
  }
}
