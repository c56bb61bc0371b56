import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Cpu } from './cpu.js';
import { derive } from './derive.js';
import { Interleaver } from './interleaver.js';
import { PlainCpu } from './plain-cpu.test-support.js';
import type { Steps } from './steps.js';

const words = 4;
const word = fc.nat(words - 1).map(String);
const variable = fc.constantFrom('a', 'b', 'c');
const literal = fc.integer({ min: -3, max: 3 }).map((value) => `(${value})`);

/** A step, or a call of a steps function that stands later in the text (so that nothing recurses). */
const { step } = fc.letrec<{ step: string; value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    variable,
    literal,
    fc
      .tuple(tie('value'), fc.constantFrom('+', '-', '<', '==='), tie('value'))
      .map(([x, operator, y]) => `((${x} ${operator} ${y}) | 0)`),
    tie('step').map((text) => `(yield ${text})`),
    fc.tuple(tie('value'), tie('value'), tie('value')).map(([x, y, z]) => `(${x} ? ${y} : ${z})`),
  ),
  step: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    word.map((at) => `cpu.load(${at})`),
    fc.tuple(word, tie('value')).map(([at, value]) => `cpu.add(${at}, ${value})`),
    fc.tuple(word, tie('value')).map(([at, value]) => `cpu.swap(${at}, ${value})`),
    fc.tuple(word, tie('value')).map(([at, value]) => `cpu.store(${at}, ${value})`),
    fc.tuple(word, tie('value'), tie('value')).map(([at, x, y]) => `cpu.cas(${at}, ${x}, ${y})`),
    fc.tuple(tie('value'), tie('value')).map(([x, y]) => `CALL(cpu, ${x}, ${y})`),
    fc.tuple(tie('value'), tie('step'), tie('step')).map(([x, y, z]) => `(${x} ? ${y} : ${z})`),
    fc.tuple(tie('value'), tie('step')).map(([x, y]) => `(cpu.count.spins += ${x}, ${y})`),
  ),
}));
const value = fc.oneof(
  variable,
  literal,
  step.map((text) => `yield ${text}`),
);

const { block } = fc.letrec<{ block: string; statement: string }>((tie) => ({
  statement: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    step.map((text) => `yield ${text}`),
    fc.tuple(step, step).map(([x, y]) => `yield ${x}, yield ${y}`),
    fc.tuple(variable, value).map(([name, text]) => `${name} = ${text}`),
    fc.tuple(value, tie('block')).map(([text, body]) => `if (${text}) {\n${body}\n}`),
    fc.tuple(value, step).map(([text, other]) => `if (${text}) c++; else yield ${other}`),
    fc
      .tuple(value, tie('block'))
      .map(([text, body]) => `for (let i = 0; i < 3 && (${text}); i++) {\n${body}\n}`),
    value.map((text) => `if (a === b) return ${text}`),
  ),
  // Without semicolons: where a derived line begins with a parenthesis, it must not continue the one before.
  block: fc.array(tie('statement'), { maxLength: 5 }).map((lines) => lines.join('\n')),
}));

/** Functions f0 … f2, each calling only later ones. */
const program = fc.array(block, { minLength: 3, maxLength: 3 }).map((bodies) =>
  bodies
    .map((body, index) => {
      const calls = index === bodies.length - 1 ? 'leaf' : `f${index + 1}`;
      return `export function* f${index}(cpu, a, b) {\nlet c = 0\n${body.replaceAll('CALL', calls)}\nreturn (a + b + c) | 0\n}`;
    })
    .concat('function* leaf(cpu, a, b) {\nreturn ((yield cpu.add(0, a)) + b) | 0\n}')
    .join('\n'),
);

const load = async (code: string): Promise<Record<string, unknown>> =>
  (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as Record<string, unknown>;

describe('steps and direct form', () => {
  it('give the same result, the same memory and the same counts for random programs', async () => {
    let steps = 0;
    await fc.assert(
      fc.asyncProperty(program, async (source) => {
        const machine = new Interleaver({ threads: 1, words });
        const stepsForm = (await load(source))['f0'] as (
          cpu: Cpu,
          a: number,
          b: number,
        ) => Steps<number>;
        const [expected] = machine.run([(cpu) => stepsForm(cpu, 1, 2)]);
        steps += machine.steps;

        const plain = new PlainCpu(words);
        const { code } = derive(source, { file: 'random.mjs', form: 'direct' });
        const direct = (await load(code))['f0'] as (cpu: PlainCpu, a: number, b: number) => number;
        assert.equal(direct(plain, 1, 2), expected);
        assert.deepEqual(plain.words, machine.memory.words);
        assert.equal(plain.count.spins, machine.cpus[0]?.count.spins);
      }),
      { numRuns: 300, seed: 20 },
    );
    assert.ok(steps > 1000, `the programs took only ${steps} steps`);
  });
});
