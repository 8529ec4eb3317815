import { describe, expect, it } from 'vitest';
import { differenceText } from '../../core/experiment/compare.ts';
import { Random } from '../../core/experiment/generate/index.ts';
import { parsePlan, type StepInput } from '../../core/experiment/plan.ts';
import { runPlan } from '../../main/run/index.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';

/** What XFS answers, predicted by the rules and asked of the kernel: the results of every step must be the same. */

const reason = whyNotRoot() || whyNotProgram('mkfs.xfs');
/** Plans for each kind of filesystem; more of them for a long look: UNTORN_XFS_ROUNDS=100. */
const rounds = Number(process.env['UNTORN_XFS_ROUNDS'] ?? 3);
const KiB = 1024;

const modes = [
  [],
  ['keep-size'],
  ['punch-hole'],
  ['punch-hole', 'keep-size'],
  ['zero-range'],
  ['zero-range', 'keep-size'],
  ['collapse-range'],
  ['insert-range'],
  ['collapse-range', 'keep-size'],
  ['punch-hole', 'zero-range'],
] as const;

/** Steps over a few names, most of them atomic writes, half of which break no rule but perhaps that of their length. */
function randomSteps(seed: number, count: number): StepInput[] {
  const random = new Random(seed);
  const below = (bound: number) => random.between(0, bound - 1);
  const odd = ['d', 'a/x', 'e/x', 'missing', 'n'.repeat(255), 'n'.repeat(256)];
  const name = () => (random.chance(5) ? random.pick(odd) : random.pick(['a', 'b', 'd/c']));
  const power = () => 2 ** random.between(9, 22);
  const length = () => random.pick([power(), power(), 1000, 12 * KiB, 3 * power()]);
  const offset = (size: number) =>
    random.pick([0, size * below(8), size * below(8), KiB * below(4096), 512 * below(64), below(5000)]);

  const wellFormed = (file: string): StepInput => {
    const size = power();
    return { op: 'write', file, offset: size * below(16), length: size, atomic: true };
  };
  const anyWrite = (file: string): StepInput => {
    const size = length();
    const vectors = random.chance(80) ? 1 : 2;
    const [atomic, direct] = [random.chance(60), random.chance(75)];
    return { op: 'write', file, offset: offset(size), length: size, atomic, direct, vectors };
  };
  const rare = (file: string): StepInput =>
    random.pick<StepInput>([
      { op: 'truncate', file, size: offset(length()) },
      { op: 'unlink', file },
      { op: 'mkdir', file: random.pick(['d', 'a', 'e/f']) },
      { op: 'layout', file },
      { op: 'fsync', file },
      { op: 'close', file },
      { op: 'sync' },
      { op: 'remount' },
      { op: 'open', file },
    ]);
  const step = (): StepInput => {
    const file = name();
    const kind = below(20);
    if (kind < 8) return wellFormed(file);
    if (kind < 12) return anyWrite(file);
    if (kind < 15)
      return { op: 'fallocate', file, offset: offset(4096), length: length(), mode: [...random.pick(modes)] };
    return kind < 17 ? rare(file) : { op: 'create', file, direct: random.chance(50) };
  };
  const begin: StepInput[] = [
    { op: 'mkdir', file: 'd' },
    ...['a', 'b', 'd/c'].map((file): StepInput => ({ op: 'create', file })),
  ];
  return [...begin, ...Array.from({ length: count }, step)];
}

async function differences(steps: StepInput[], args: string[], mountOptions = ''): Promise<string[]> {
  const target = { kind: 'loop', size: '1GiB', mkfs: { fs: 'xfs', args }, mountOptions };
  const { report } = await runPlan(parsePlan({ version: 1, target, steps }));
  expect(report.disturbed).toEqual([]);
  return report.differences.map((difference) => differenceText(difference));
}

describe('XFS answers as the rules say', () => {
  it.skipIf(reason).each([
    ['with reflink', [], ''],
    ['with reflink and reverse mapping', ['-m', 'rmapbt=1'], ''],
    ['without reflink', ['-m', 'reflink=0'], ''],
    ['with blocks of 1 KiB', ['-b', 'size=1024'], ''],
    ['with blocks of 2 KiB and sectors of 512', ['-b', 'size=2048'], ''],
    ['with max_atomic_write=64k', [], 'max_atomic_write=64k'],
    ['with max_atomic_write=4m', [], 'max_atomic_write=4m'],
  ])(`%s ${reason || ''}`, async (name, args, mountOptions) => {
    const seeds = Array.from({ length: rounds }, (_, round) => (round + 1) * 1000 + name.length);
    for (const seed of seeds) {
      expect({ seed, differences: await differences(randomSteps(seed, 120), args, mountOptions) }).toEqual({
        seed,
        differences: [],
      });
    }
  });

  it.skipIf(reason)('at both sides of the largest unit', async () => {
    const at = (length: number): StepInput => ({ op: 'write', file: 'a', offset: 0, length, atomic: true });
    const sizes = Array.from({ length: 16 }, (_, power) => 2 ** (power + 9));
    const steps: StepInput[] = [{ op: 'create', file: 'a' }, ...sizes.map(at)];
    expect(await differences(steps, [])).toEqual([]);
    expect(await differences(steps, ['-b', 'size=1024'])).toEqual([]);
  });
});
