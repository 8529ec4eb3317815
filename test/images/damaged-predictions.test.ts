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
import { format, missingTools, openWorkshop, populate, sample } from './image.ts';
import { contents } from './profiles.ts';

/**
 * Predictions from images with damaged metadata: an outcome, or one clear error that names the place; never a failed
 * assertion, a crash or a hang. UNTORN_DAMAGE_ROUNDS=10000 makes more of them, UNTORN_DAMAGE_SEED another series.
 */
const rounds = Number(process.env['UNTORN_DAMAGE_ROUNDS'] ?? 300);
const firstSeed = Number(process.env['UNTORN_DAMAGE_SEED'] ?? 1);
const machine = { possibleCpus: 2, rotational: true, threadId: 0, pageSizeBytes: 4096 };

const kinds: Readonly<Record<string, readonly string[]>> = {
  'without checksums': ['-b', '1024', '-O', '^metadata_csum,^uninit_bg'],
  'with checksums': ['-b', '4096'],
  indirect: ['-b', '1024', '-O', '^metadata_csum,^extents,^64bit'],
  'inline data': ['-b', '1024', '-I', '256', '-O', '^metadata_csum,inline_data'],
  bigalloc: ['-b', '1024', '-C', '4096', '-O', '^metadata_csum,bigalloc'],
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

/** The error that a prediction ends with, or null. */
function predict(source: ByteSource, seed: number): Error | null {
  try {
    executePlan({ plan: planFor(seed), source, machine, profile: linux618, mountOptions: 'commit=300' });
    return null;
  } catch (error) {
    return error as Error;
  }
}

function isClear(error: Error): boolean {
  return error instanceof DamagedImage || error instanceof NotModelled || error instanceof MountRefused;
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

  it.each(Object.entries(kinds))('%s: an outcome, or one clear error', (name, args) => {
    const image = format(workshop, `predict-${name.replaceAll(' ', '-')}.img`, 64, [...args]);
    populate(workshop, image, contents(samples, name !== 'indirect'));
    const file = openFileSource(image);
    const pristine = imageInMemory(file);
    file.close();
    expect(predict(pristine, 0)).toBeNull();
    const targets = targetsOf(openVolume(pristine));
    const defects: string[] = [];
    let refused = 0;
    for (let seed = firstSeed; seed < firstSeed + Math.ceil(rounds / Object.keys(kinds).length); seed++) {
      const damage = damageOf(seed, targets, pristine);
      const error = predict(damagedBytes(pristine, damage), seed);
      if (error === null) continue;
      refused++;
      if (!isClear(error) || error instanceof AssertionFailed)
        defects.push(
          `seed ${seed} ${damage.map(({ what }) => what).join()}: ${error.stack?.split('\n').slice(0, 4).join(' | ')}`,
        );
      else expect(error.message).toMatch(/^[^\n]{10,300}$/);
    }
    expect(defects).toEqual([]);
    expect(refused).toBeGreaterThan(0);
  });
});
