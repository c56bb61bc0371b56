import { cpSync } from 'node:fs';

// The compiler leaves out what is no code; the built reader looks for the files beside itself.
cpSync(
  new URL('../../src/engines/sim/machines/', import.meta.url),
  new URL('../engines/sim/machines/', import.meta.url),
  { recursive: true },
);
