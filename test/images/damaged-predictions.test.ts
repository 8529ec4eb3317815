import { afterAll, describe, expect, it } from 'vitest';
import { AssertionFailed } from '../../core/assert.ts';
import { NotModelled } from '../../core/errno.ts';
import { executePlan } from '../../core/experiment/execute.ts';
import { generatePlan } from '../../core/experiment/generate/index.ts';
import { parsePlan, type StepInput } from '../../core/experiment/plan.ts';
import { DamagedImage, openVolume, type ByteSource } from '../../core/ext4/index.ts';
import { linux618 } from '../../core/mballoc/index.ts';
import { MountRefused } from '../../core/vfs/index.ts';
import { openFileSource } from '../../main/bytes/index.ts';
import { damagedBytes, damageOf, imageInMemory, targetsOf } from './damage.ts';
import { format, leaveUnclean, missingTools, openWorkshop, populate, run, sample } from './image.ts';
import { contents } from './profiles.ts';

/**
 * Predictions from images with damaged metadata: an outcome, or one clear error that names the place; never a failed
 * assertion, a crash, a hang or memory without bound. UNTORN_DAMAGE_ROUNDS=10000 makes more of them, UNTORN_DAMAGE_SEED
 * another series. What they took at most is printed.
 */
const rounds = Number(process.env['UNTORN_DAMAGE_ROUNDS'] ?? 300);
const firstSeed = Number(process.env['UNTORN_DAMAGE_SEED'] ?? 1);
/** Damage that once got through: a leaf without extents, and the name of a deleted inode. */
const knownSeeds = [3000030, 3000121];
/** A prediction that works as long as this hangs; the slowest takes a small part of it. Time of the CPU, not the wall's. */
const longestMs = 2000;
/** All that the process holds, the images and the test's own tools among it. */
const mostMemoryBytes = 512 * 2 ** 20;
const machine = { possibleCpus: 2, rotational: true, threadId: 0, pageSizeBytes: 4096 };

const kinds: Readonly<Record<string, readonly string[]>> = {
  'without checksums': ['-b', '1024', '-O', '^metadata_csum,^uninit_bg'],
  'with checksums': ['-b', '4096'],
  indirect: ['-b', '1024', '-O', '^metadata_csum,^extents,^64bit'],
  'inline data': ['-b', '1024', '-I', '256', '-O', '^metadata_csum,inline_data'],
  bigalloc: ['-b', '1024', '-C', '4096', '-O', '^metadata_csum,bigalloc'],
  'indexed directories': ['-b', '1024', '-O', '^metadata_csum,^uninit_bg'],
  'an unclean journal': ['-b', '1024', '-O', '^metadata_csum,^uninit_bg'],
};

/** What the image holds is used, removed and added to; then everything else of a random plan. */
function planFor(seed: number): ReturnType<typeof parsePlan> {
  const onWhatIsThere: StepInput[] = [
    'few/small',
    'few/medium',
    'few/large',
    'few/holes',
    'unwritten',
  ].flatMap((file): StepInput[] => [
    { op: 'layout', file },
    { op: 'write', file, offset: 8192, length: 16384 },
    { op: 'write', file, offset: 65536, length: 5000, direct: false },
    { op: 'fallocate', file, offset: 0, length: 65536, mode: ['punch-hole'] },
    { op: 'truncate', file, size: 9000 },
    { op: 'unlink', file },
  ]);
  const steps: StepInput[] = [
    ...onWhatIsThere,
    { op: 'many', prefix: 'many/new', count: 60, length: 4096, how: 'direct' },
    { op: 'unlink-every', prefix: 'few/inner/file-', count: 60, step: 2 },
    ...generatePlan('everything', seed).steps.slice(0, 30),
    { op: 'remount' },
  ];
  return parsePlan({ version: 1, target: { kind: 'image', path: 'damaged' }, steps });
}

interface Prediction {
  /** The error that it ends with, or null. */
  readonly error: Error | null;
  /** What it took of the CPU. */
  readonly durationMs: number;
}

function predict(source: ByteSource, seed: number): Prediction {
  const plan = planFor(seed);
  const before = process.cpuUsage();
  let error: Error | null = null;
  try {
    executePlan({ plan, source, machine, profile: linux618, mountOptions: 'commit=300' });
  } catch (thrown) {
    error = thrown as Error;
  }
  const { user, system } = process.cpuUsage(before);
  return { error, durationMs: (user + system) / 1000 };
}

/** Structures that say by themselves where they are, or that lie in many blocks. */
const wholeStructures = /^(superblock|journal|orphan|group \d+$)|, logical block \d+$/;

function isClear(error: Error): boolean {
  if (error instanceof DamagedImage) return error.block !== null || wholeStructures.test(error.structure);
  return error instanceof NotModelled || error instanceof MountRefused;
}

const why = missingTools === null ? '' : ` (${missingTools})`;

describe.skipIf(missingTools !== null)(`predictions from damaged images${why}`, () => {
  const workshop = openWorkshop();
  afterAll(() => workshop.remove());
  const samples = {
    small: sample(workshop, 'small', 40),
    medium: sample(workshop, 'medium', 5000),
    large: sample(workshop, 'large', 400_000),
  };

  let slowest = { durationMs: 0, what: '' };
  let predictions = 0;
  let refusals = 0;

  it.each(Object.entries(kinds))('%s: an outcome, or one clear error', (name, args) => {
    const image = format(workshop, `predict-${name.replaceAll(' ', '-')}.img`, 64, [...args]);
    populate(workshop, image, contents(samples, name !== 'indirect'));
    if (name === 'indexed directories') run('e2fsck', ['-fyD', image], [0, 1]);
    if (name === 'an unclean journal') leaveUnclean(workshop, image, samples.large);
    const file = openFileSource(image);
    const pristine = imageInMemory(file);
    file.close();
    expect(predict(pristine, 0).error).toBeNull();
    const targets = targetsOf(openVolume(pristine));
    const defects: string[] = [];
    let refused = 0;
    const ofKind = Math.ceil(rounds / Object.keys(kinds).length);
    for (const seed of [...knownSeeds, ...Array.from({ length: ofKind }, (_, at) => firstSeed + at)]) {
      const damage = damageOf(seed, targets, pristine);
      const { error, durationMs } = predict(damagedBytes(pristine, damage), seed);
      const what = `seed ${seed} ${damage.map(({ what }) => what).join()}`;
      if (durationMs > slowest.durationMs) slowest = { durationMs, what: `${name}, ${what}` };
      if (durationMs > longestMs) defects.push(`${what}: ${Math.round(durationMs)} ms`);
      predictions++;
      if (error === null) continue;
      refused++;
      if (!isClear(error) || error instanceof AssertionFailed)
        defects.push(`${what}: ${error.stack?.split('\n').slice(0, 4).join(' | ')}`);
      else expect(error.message).toMatch(/^[^\n]{10,300}$/);
    }
    refusals += refused;
    expect(defects).toEqual([]);
    expect(refused).toBeGreaterThan(0);
  });

  it('holds no more memory than it may', () => {
    const memoryBytes = process.resourceUsage().maxRSS * 1024;
    console.log(
      `${predictions} damaged images, ${refusals} refused; the slowest prediction took ${Math.round(slowest.durationMs)} ms ` +
        `(${slowest.what}), the process at most ${Math.round(memoryBytes / 2 ** 20)} MiB`,
    );
    expect(memoryBytes).toBeLessThan(mostMemoryBytes);
  });
});
