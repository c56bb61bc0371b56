import { pageWords } from '../../machine/layout.js';
import type { Image } from './image.js';
import { opcode } from './opcodes.js';
import type { VerifyCpu } from './verify-cpu.js';

/** Executes a step on the content of 4 KiB frames, which begins at the word `contents`. Gives its value. */
export function stepInFrames(cpu: VerifyCpu, image: Image, contents: number): number {
  const at = contents + cpu.word * pageWords;
  switch (cpu.op) {
    case opcode.zero:
      for (let i = 0; i < pageWords; i++) image.set(at + i, 0);
      return 0;
    case opcode.copy: {
      const from = contents + cpu.a * pageWords;
      for (let i = 0; i < pageWords; i++) image.set(at + i, image.get(from + i));
      return 0;
    }
    case opcode.peek:
      return image.get(at + cpu.a);
    case opcode.poke:
      image.set(at + cpu.a, cpu.b);
      return 0;
    default:
      return 0;
  }
}
