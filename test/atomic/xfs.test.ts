import { describe, expect, it } from 'vitest';
import { differenceText } from '../../core/experiment/compare.ts';
import { Random } from '../../core/experiment/generate/index.ts';
import { parsePlan, type StepInput } from '../../core/experiment/plan.ts';
import { runPlan } from '../../main/run/index.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';

/** What XFS answers, predicted by the rules and asked of the kernel: the results of every step must be the same. */

const reason = whyNotRoot() || whyNotProgram('mkfs.xfs');
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

/** Steps over a few names, most of them writes on both sides of every limit. */
function randomSteps(seed: number, count: number): StepInput[] {
  const source = new Random(seed);
  const random = (below: number) => source.between(0, below - 1);
  const one = <Item>(items: readonly Item[]): Item => source.pick(items);
  const names = ['a', 'b', 'd', 'd/c', 'a/x', 'e/x', 'n'.repeat(255), 'n'.repeat(256)];
  const length = () =>
    one([512, 1000, KiB, 2 * KiB, 4 * KiB, 12 * KiB, 2 ** (9 + random(14)), 2 ** (12 + random(9))]);
  const offset = (size: number) =>
    one([0, size, size * random(8), KiB * random(4096), 512 * random(64), random(5000)]);
  const step = (): StepInput => {
    const file = random(4) === 0 ? one(names) : one(['a', 'b', 'd/c']);
    const size = length();
    const kind = random(20);
    if (kind < 11) {
      const vectors = one([1, 1, 1, 1, 2]);
      const atomic = random(4) !== 0;
      return {
        op: 'write',
        file,
        offset: offset(size),
        length: size,
        atomic,
        direct: random(6) !== 0,
        vectors,
      };
    }
    if (kind < 14)
      return { op: 'fallocate', file, offset: offset(size), length: size, mode: [...one(modes)] };
    if (kind === 14) return { op: 'truncate', file, size: offset(size) };
    if (kind === 15) return { op: 'unlink', file };
    if (kind === 16) return { op: 'mkdir', file: one(['d', 'a', 'e/f']) };
    if (kind === 17)
      return one<StepInput>([
        { op: 'layout', file },
        { op: 'fsync', file },
        { op: 'close', file },
      ]);
    if (kind === 18) return one<StepInput>([{ op: 'sync' }, { op: 'remount' }, { op: 'open', file }]);
    return { op: 'create', file, direct: random(2) === 0 };
  };
  return [{ op: 'create', file: 'a' }, { op: 'mkdir', file: 'd' }, ...Array.from({ length: count }, step)];
}

async function differences(steps: StepInput[], args: string[], mountOptions = ''): Promise<string[]> {
  const target = { kind: 'loop', size: '1GiB', mkfs: { fs: 'xfs', args }, mountOptions };
  const { report } = await runPlan(parsePlan({ version: 1, target, steps }));
  expect(report.disturbed).toEqual([]);
  return report.differences.map(differenceText);
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
    const seeds = [1, 2, 3].map((seed) => seed * 1000 + name.length);
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
