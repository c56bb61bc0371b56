/** First value of a `name : value` line of /proc/cpuinfo, or of the part of it about one CPU. */
export function cpuinfoField(cpuinfo: string, name: string): string | null {
  const value = new RegExp(`^${name}\\s*:(.*)$`, 'm').exec(cpuinfo)?.[1]?.trim() ?? '';
  return value === '' ? null : value;
}

/** What the processor calls itself; ARM gives only the numbers of its maker and its part. */
export function cpuModel(cpuinfo: string): string | null {
  const implementer = cpuinfoField(cpuinfo, 'CPU implementer');
  const part = cpuinfoField(cpuinfo, 'CPU part');
  const numbers =
    implementer === null || part === null ? null : `implementer ${implementer}, part ${part}`;
  return cpuinfoField(cpuinfo, 'model name') ?? numbers;
}

/** Sockets; null where the processor does not number them. */
export function countSockets(cpuinfo: string): number | null {
  const sockets = new Set(
    Array.from(cpuinfo.matchAll(/^physical id\s*:(.*)$/gm), (match) => match[1]?.trim()),
  );
  return sockets.size === 0 ? null : sockets.size;
}

/** A core is one `core id` of one `physical id`; ARM names neither, which gives null. */
export function countCores(cpuinfo: string): number | null {
  const cores = new Set<string>();
  for (const cpu of cpuinfo.split('\n\n')) {
    const core = cpuinfoField(cpu, 'core id');
    if (core !== null) cores.add(`${cpuinfoField(cpu, 'physical id') ?? ''}/${core}`);
  }
  return cores.size === 0 ? null : cores.size;
}

/** Whether an x86 processor says that it is a hypervisor's; null where processors do not say. */
export function hasHypervisorFlag(cpuinfo: string): boolean | null {
  const flags = cpuinfoField(cpuinfo, 'flags');
  return flags === null ? null : / hypervisor( |$)/.test(flags);
}
