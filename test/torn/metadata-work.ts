import type { StepInput } from '../../core/experiment/plan.ts';
import { parsePlan } from '../../core/experiment/plan.ts';
import { Random } from '../../core/experiment/generate/index.ts';
import type { TargetOf } from '../../core/experiment/plan.ts';
import { Executor, type ExecutorStep } from '../../main/native/index.ts';

/** Filesystems on which the journal carries different things. A small journal has to be emptied on the way. */
export const metadataTargets: Readonly<
  Record<string, { readonly args: string[]; readonly mountOptions?: string }>
> = {
  default: { args: ['-b', '4096', '-J', 'size=4'] },
  'blocks-1k': { args: ['-b', '1024', '-J', 'size=2'] },
  'bigalloc-16k': { args: ['-b', '4096', '-O', 'bigalloc', '-C', '16384', '-J', 'size=4'] },
  'journalled-data': { args: ['-b', '4096', '-J', 'size=8'], mountOptions: 'data=journal' },
  indirect: { args: ['-b', '1024', '-O', '^extents,^64bit,^metadata_csum', '-J', 'size=2'] },
  'inline-data': { args: ['-b', '4096', '-O', 'inline_data', '-I', '256', '-J', 'size=4'] },
  'writeback-no-csum': {
    args: ['-b', '4096', '-O', '^metadata_csum', '-J', 'size=4'],
    mountOptions: 'data=writeback',
  },
};

const stepCount = 160;
const KiB = 1024;

/** A plan of many small changes to names, sizes and mappings, with syncs in between; the same for the same seed. */
export function metadataPlan(
  target: string,
  seed: number,
): { target: TargetOf<'loop'>; steps: ExecutorStep[] } {
  const random = new Random(seed);
  const { args, mountOptions = '' } = metadataTargets[target] ?? { args: [] };
  const uuid = `7a1a3bbf-58a9-4bd6-9b5c-${seed.toString(16).padStart(12, '0')}`;
  const mkfs = { fs: 'ext4' as const, args: [...args, '-U', uuid, '-E', `hash_seed=${uuid}`] };
  const directories = ['d0', 'd1', 'd2/e', 'd2'];
  const steps: StepInput[] = ['d0', 'd1', 'd2', 'd2/e'].map((file) => ({ op: 'mkdir', file }));
  while (steps.length < stepCount) steps.push(...invented(random, directories));
  const plan = parsePlan({ version: 1, target: { kind: 'loop', size: '64MiB', mkfs, mountOptions }, steps });
  if (plan.target.kind !== 'loop') throw new Error('a loop target was asked for');
  return { target: plan.target, steps: plan.steps.filter((step) => step.op !== 'remount') };
}

function invented(random: Random, directories: readonly string[]): StepInput[] {
  const file = `${random.pick(directories)}/${'n'.repeat(random.pick([1, 20, 120]))}${random.between(0, 12)}`;
  const offset = random.between(0, 40) * 4 * KiB;
  const length = random.between(1, 16) * 4 * KiB;
  switch (
    random.weighted({
      write: 8,
      buffered: 8,
      truncate: 5,
      unlink: 6,
      fallocate: 5,
      punch: 4,
      close: 3,
      fsync: 8,
      sync: 3,
      many: 1,
      few: 1,
    })
  ) {
    case 'write':
      return [
        { op: 'create', file },
        { op: 'write', file, offset, length, sync: random.pick(['none', 'dsync']) },
      ];
    case 'buffered':
      return [
        { op: 'create', file },
        { op: 'write', file, offset: 0, length: random.between(1, 9000), direct: false },
      ];
    case 'truncate':
      return [{ op: 'truncate', file, size: random.between(0, 200 * KiB) }];
    case 'unlink':
      return [{ op: 'unlink', file }];
    case 'fallocate':
      return [
        { op: 'fallocate', file, offset, length, mode: random.pick([[], ['keep-size'], ['zero-range']]) },
      ];
    case 'punch':
      return [
        {
          op: 'fallocate',
          file,
          offset,
          length,
          mode: [random.pick(['punch-hole', 'collapse-range', 'insert-range'])],
        },
      ];
    case 'close':
      return [{ op: 'close', file }];
    case 'fsync':
      return [{ op: 'fsync', file }];
    case 'sync':
      return [{ op: 'sync' }];
    case 'many':
      return [
        {
          op: 'many',
          prefix: `${random.pick(directories)}/m`,
          count: random.between(5, 40),
          length: random.pick([0, 4096]),
          how: 'buffered',
        },
      ];
    case 'few':
      return [
        {
          op: 'unlink-every',
          prefix: `${random.pick(directories)}/m`,
          count: 40,
          step: random.between(1, 4),
          start: 0,
        },
      ];
  }
}

/** Makes the calls of the steps below `root`. What the kernel refuses does not matter. */
export async function doSteps(root: string, steps: readonly ExecutorStep[]): Promise<void> {
  const executor = new Executor({ cpu: 0 });
  try {
    await executor.enter(root);
    for (const step of steps) await executor.run(step);
    await executor.leave();
  } finally {
    executor.end();
  }
}
