import { hasHypervisorFlag } from './cpuinfo.js';
import type { Machine } from './machine.js';
import { absent, found, orNull, type Reading } from './reading.js';
import { readName, readWord } from './values.js';

/** Products that firmware names only inside a virtual machine. */
const virtualProducts =
  /\b(KVM|QEMU|VMware|VirtualBox|Xen|HVM domU|Bochs|Parallels|Virtual Machine|Google Compute Engine|OpenStack|Firecracker|Apple Virtualization)\b/i;

/**
 * What the machine runs in, as far as it can be told: the firmware's product, or just `a virtual machine`; null
 * on bare metal.
 */
export function readHypervisor(machine: Machine): Reading<string | null> {
  const cpuinfo = machine.read('/proc/cpuinfo');
  const product = orNull(readProduct(machine));
  const flagged = cpuinfo.ok ? hasHypervisorFlag(cpuinfo.value) : null;
  if (flagged === true) return found(product ?? 'a virtual machine');
  if (product !== null && virtualProducts.test(product)) return found(product);
  // Bare metal is what an x86 processor without the flag says, and nothing else does.
  if (flagged === false) return found(null);
  return cpuinfo.ok ? absent('neither the processor nor the firmware says') : cpuinfo;
}

/** Vendor and product by the firmware, or the name of Xen's own interface. */
function readProduct(machine: Machine): Reading<string> {
  const folder = '/sys/class/dmi/id';
  const product = readName(machine.read, `${folder}/product_name`);
  const vendor = readName(machine.read, `${folder}/sys_vendor`);
  if (product.ok) return found(vendor.ok ? `${vendor.value} ${product.value}` : product.value);
  return readName(machine.read, '/sys/hypervisor/type');
}

/** Files that a container engine leaves in its containers. */
const containerFiles = [
  ['/.dockerenv', 'Docker'],
  ['/run/.containerenv', 'Podman'],
] as const;

/** The engine whose container this is; null without a sign of one. */
export function readContainer(machine: Machine): Reading<string | null> {
  const groups = machine.read('/proc/self/cgroup');
  if (!groups.ok) return groups;
  const told = readWord(machine.read, '/run/systemd/container');
  if (told.ok) return told;
  for (const [path, engine] of containerFiles) if (machine.read(path).ok) return found(engine);
  const first = orNull(machine.read('/proc/1/cgroup')) ?? '';
  const engine = /\b(kubepods|docker|containerd|libpod|lxc)\b/.exec(groups.value + first)?.[1];
  return found(engine ?? null);
}
