import { closeSync, openSync, readSync } from 'node:fs';

/** Kept from file to file: to allocate a megabyte for each, and to touch it anew, takes longer than to read it. */
let buffer = Buffer.allocUnsafeSlow(2 ** 20);

/**
 * The content of a file; valid until the next call. Throws what the system says.
 */
export function readBytes(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    let length = 0;
    for (;;) {
      if (length === buffer.length) buffer = Buffer.concat([buffer], 2 * buffer.length);
      const read = readSync(file, buffer, length, buffer.length - length, null);
      if (read === 0) return buffer.subarray(0, length);
      length += read;
    }
  } finally {
    closeSync(file);
  }
}
