import type { Recording, Tree } from '../system/recorded-machine.test-support.js';

const cpu = '/sys/devices/system/cpu';
const clock = '/sys/devices/system/clocksource/clocksource0';

/** The same file of each CPU. */
const perCpu = (count: number, file: string, text: (index: number) => string): Tree =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${cpu}/cpu${index}/${file}`, text(index)]),
  );

/** Parts of /proc/cpuinfo: `threads` on each of `cores` of each of `sockets`. */
const cpuinfo = (sockets: number, cores: number, threads: number, flags: string): string =>
  Array.from({ length: sockets * cores * threads }, (_, index) => {
    const core = Math.floor(index / threads) % cores;
    const socket = Math.floor(index / threads / cores);
    return `processor\t: ${index}\nmodel name\t: CPU\nphysical id\t: ${socket}\ncore id\t\t: ${core}\nflags\t\t: ${flags}\n`;
  }).join('\n');

const idleStates = (states: readonly (readonly [name: string, latencyUs: number])[]): Tree =>
  Object.fromEntries(
    states.flatMap(([name, latencyUs], index) => [
      [`${cpu}/cpu0/cpuidle/state${index}/name`, `${name}\n`],
      [`${cpu}/cpu0/cpuidle/state${index}/latency`, `${latencyUs}\n`],
      [`${cpu}/cpu0/cpuidle/state${index}/disable`, '0\n'],
    ]),
  );

/** A laptop with two kinds of cores, as it comes: it saves its battery. */
export const laptop: Recording = {
  cpus: 8,
  load: [3.4, 1.1, 0.6],
  files: {
    '/proc/cpuinfo': cpuinfo(1, 4, 2, 'fpu avx2'),
    '/proc/stat': 'cpu  4000 0 1000 95000 0 0 0 0 0 0\n',
    '/proc/self/cgroup': '0::/user.slice/user-1000.slice/session-2.scope\n',
    '/proc/1/cgroup': '0::/init.scope\n',
    '/proc/1/comm': 'systemd\n',
    '/proc/812/comm': 'irqbalance\n',
    '/proc/pressure/cpu':
      'some avg10=7.31 avg60=2.00 avg300=0.50 total=900\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
    '/proc/swaps':
      'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/zram0                              partition\t8388604\t\t524288\t\t100\n',
    '/proc/sys/kernel/numa_balancing': '0\n',
    '/proc/sys/kernel/randomize_va_space': '2\n',
    '/sys/class/dmi/id/product_name': 'Notebook 14\n',
    '/sys/class/dmi/id/sys_vendor': 'Maker\n',
    '/sys/class/power_supply/AC/type': 'Mains\n',
    '/sys/class/power_supply/AC/online': '0\n',
    '/sys/class/power_supply/BAT0/type': 'Battery\n',
    '/sys/fs/cgroup/cgroup.controllers': 'cpu io memory pids\n',
    '/sys/fs/cgroup/user.slice/cpu.max': 'max 100000\n',
    '/sys/devices/cpu_core/cpus': '0-3\n',
    '/sys/devices/cpu_atom/cpus': '4-7\n',
    '/sys/devices/system/node/online': '0\n',
    '/sys/kernel/mm/transparent_hugepage/enabled': '[always] madvise never\n',
    [`${cpu}/online`]: '0-7\n',
    [`${cpu}/isolated`]: '\n',
    [`${cpu}/smt/active`]: '1\n',
    [`${cpu}/smt/control`]: 'on\n',
    [`${cpu}/intel_pstate/no_turbo`]: '0\n',
    [`${cpu}/cpuidle/current_driver`]: 'intel_idle\n',
    ...idleStates([
      ['POLL', 0],
      ['C1E', 2],
      ['C6', 220],
      ['C10', 1500],
    ]),
    ...perCpu(8, 'cpufreq/scaling_governor', () => 'powersave\n'),
    ...perCpu(8, 'cpufreq/scaling_cur_freq', (index) => `${index === 0 ? 4_210_000 : 400_000}\n`),
    ...perCpu(8, 'thermal_throttle/core_throttle_count', () => '12\n'),
    [`${clock}/current_clocksource`]: 'hpet\n',
    [`${clock}/available_clocksource`]: 'tsc hpet acpi_pm \n',
  },
  before: {
    ...perCpu(8, 'thermal_throttle/core_throttle_count', () => '11\n'),
  },
};

/** A machine of one's own with two sockets, set up for measuring. */
export const server: Recording = {
  cpus: 16,
  load: [0.05, 0.1, 0.2],
  commands: ['cpupower'],
  files: {
    '/proc/cpuinfo': cpuinfo(2, 8, 1, 'fpu avx512f'),
    '/proc/stat': 'cpu  4000 0 1000 95000 0 0 0 0 0 0\n',
    '/proc/self/cgroup': '0::/system.slice/runner.service\n',
    '/proc/1/cgroup': '0::/init.scope\n',
    '/proc/1/comm': 'systemd\n',
    '/proc/pressure/cpu': 'some avg10=0.02 avg60=0.00 avg300=0.00 total=1\n',
    '/proc/swaps': 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n',
    '/proc/sys/kernel/numa_balancing': '0\n',
    '/proc/sys/kernel/randomize_va_space': '2\n',
    '/sys/class/dmi/id/product_name': 'Rack 2U\n',
    '/sys/fs/cgroup/cgroup.controllers': 'cpu io memory pids\n',
    '/sys/fs/cgroup/system.slice/cpu.max': 'max 100000\n',
    '/sys/class/power_supply/usb0/type': 'USB\n',
    '/sys/devices/system/node/online': '0-1\n',
    '/sys/kernel/mm/transparent_hugepage/enabled': 'always [madvise] never\n',
    [`${cpu}/online`]: '0-15\n',
    [`${cpu}/isolated`]: '12-15\n',
    [`${cpu}/smt/active`]: '0\n',
    [`${cpu}/cpufreq/boost`]: '0\n',
    [`${cpu}/cpuidle/current_driver`]: 'intel_idle\n',
    ...idleStates([
      ['POLL', 0],
      ['C1', 2],
    ]),
    ...perCpu(16, 'cpufreq/cpuinfo_max_freq', (index) => `${3_500_000 - index * 10_000}\n`),
    ...perCpu(16, 'cpufreq/scaling_governor', () => 'performance\n'),
    ...perCpu(16, 'cpufreq/scaling_cur_freq', (index) => `${2_800_000 - index * 1000}\n`),
    ...perCpu(16, 'thermal_throttle/core_throttle_count', () => '0\n'),
    [`${clock}/current_clocksource`]: 'tsc\n',
  },
  before: { '/proc/stat': 'cpu  3990 0 990 94980 0 0 0 0 0 0\n' },
};

/** A container with a quota, of control groups' first version, on a large host whose processes it does not see. */
export const limitedContainer: Recording = {
  cpus: 32,
  load: [21, 20, 19],
  files: {
    '/.dockerenv': '',
    '/proc/cpuinfo': cpuinfo(1, 16, 2, 'fpu avx2'),
    '/proc/stat': 'cpu  4000 0 1000 95000 0 0 0 0 0 0\n',
    '/proc/self/cgroup': '5:memory:/docker/1f\n4:cpu,cpuacct:/docker/1f\n0::/docker/1f\n',
    '/proc/swaps': null,
    '/proc/sys/kernel/numa_balancing': '1\n',
    '/proc/sys/kernel/randomize_va_space': '2\n',
    '/sys/class/dmi/id/product_name': null,
    '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '400000\n',
    '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    '/sys/fs/cgroup/cpu/cpu.stat': 'nr_periods 5000\nnr_throttled 640\nthrottled_time 900\n',
    '/sys/devices/system/node/online': '0-1\n',
    '/sys/kernel/mm/transparent_hugepage/enabled': '[always] madvise never\n',
    [`${cpu}/online`]: '0-31\n',
    [`${cpu}/isolated`]: '\n',
    [`${cpu}/smt/active`]: '1\n',
    [`${cpu}/cpufreq/boost`]: '1\n',
    ...perCpu(32, 'cpufreq/scaling_governor', (index) =>
      index < 2 ? 'performance\n' : 'schedutil\n',
    ),
    [`${clock}/current_clocksource`]: 'tsc\n',
  },
};

/** A small virtual machine of a cloud: the hypervisor shows no frequencies, and takes time away. */
export const cloudMachine: Recording = {
  cpus: 2,
  load: [0.2, 0.2, 0.2],
  files: {
    '/proc/cpuinfo': cpuinfo(1, 2, 1, 'fpu hypervisor avx512f'),
    '/proc/stat': 'cpu  4000 0 1000 90000 0 0 0 5000 0 0\n',
    '/proc/self/cgroup': '1:cpu:/\n0::/\n',
    '/proc/1/cgroup': '0::/\n',
    '/proc/1/comm': 'init\n',
    '/proc/pressure/cpu': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=1\n',
    '/proc/swaps': 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n',
    '/proc/sys/kernel/numa_balancing': '0\n',
    '/proc/sys/kernel/randomize_va_space': '2\n',
    '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
    '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    '/sys/devices/system/node/online': '0\n',
    '/sys/kernel/mm/transparent_hugepage/enabled': 'always [madvise] never\n',
    [`${cpu}/online`]: '0-1\n',
    [`${cpu}/isolated`]: '\n',
    [`${cpu}/smt/active`]: '0\n',
    [`${cpu}/smt/control`]: 'notsupported\n',
    [`${cpu}/cpuidle/current_driver`]: 'haltpoll\n',
    ...idleStates([
      ['POLL', 0],
      ['haltpoll', 1],
    ]),
    ...perCpu(2, 'cpu_capacity', () => '1024\n'),
    [`${clock}/current_clocksource`]: 'tsc\n',
  },
  before: { '/proc/stat': 'cpu  3950 0 990 89880 0 0 0 4980 0 0\n' },
};

/** Nothing can be read. */
export const closedMachine: Recording = { cpus: 4, files: {} };
