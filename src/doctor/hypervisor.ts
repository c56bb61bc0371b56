import { readHypervisor } from '../system/virtualisation.js';
import { good, noisy, unknown, type About, type Check } from './finding.js';
import { advice } from './remedy.js';

const about: About = {
  check: 'virtualisation',
  why: 'A virtual CPU can lose its core while it holds a lock, and its neighbours share caches and memory with others.',
};

export const hypervisor: Check = (machine) => {
  const product = readHypervisor(machine);
  if (!product.ok) return unknown(about, product.why);
  if (product.value === null) return good(about, 'none');
  return noisy(
    about,
    product.value,
    'this is a virtual machine',
    advice(
      'it cannot be changed from inside: measure on bare metal, or learn the noise with --noise',
    ),
  );
};
