import { afterAll, describe, expect, it } from 'vitest';
import { NotModelled } from '../../core/errno.ts';
import { DamagedImage, openVolume } from '../../core/ext4/index.ts';
import { openFileSource } from '../../main/bytes/index.ts';
import { format, leaveUnclean, missingTools, openWorkshop, populate, run, sample } from './image.ts';
import { damagedBytes, damageOf, imageInMemory, targetsOf } from './damage.ts';
import { contents } from './profiles.ts';
import { readEverything } from './read-everything.ts';

/**
 * Images with damaged metadata: each is read, or refused with one clear error; nothing crashes, loops or reads without
 * bound. UNTORN_DAMAGE_ROUNDS=10000 makes more of them, UNTORN_DAMAGE_SEED another series.
 */
const rounds = Number(process.env['UNTORN_DAMAGE_ROUNDS'] ?? 400);
const firstSeed = Number(process.env['UNTORN_DAMAGE_SEED'] ?? 1);

/** Without checksums the damage gets past the first line of defence. */
const kinds: { name: string; args: string[]; unclean: boolean }[] = [
  { name: 'without checksums', args: ['-b', '1024', '-O', '^metadata_csum,^uninit_bg'], unclean: false },
  { name: 'with checksums', args: ['-b', '1024', '-O', 'orphan_file'], unclean: false },
  { name: 'indirect', args: ['-b', '1024', '-O', '^metadata_csum,^extents,^64bit'], unclean: false },
  { name: 'inline data', args: ['-b', '1024', '-O', '^metadata_csum,inline_data'], unclean: false },
  { name: 'bigalloc', args: ['-b', '1024', '-C', '4096', '-O', '^metadata_csum,bigalloc'], unclean: false },
  { name: 'an unclean journal', args: ['-b', '1024', '-O', '^metadata_csum'], unclean: true },
];

const why = missingTools === null ? '' : ` (${missingTools})`;

describe.skipIf(missingTools !== null)(`damaged images${why}`, () => {
  const workshop = openWorkshop();
  afterAll(() => workshop.remove());
  const samples = {
    small: sample(workshop, 'small', 40),
    medium: sample(workshop, 'medium', 5000),
    large: sample(workshop, 'large', 400_000),
  };

  it.each(kinds)('$name: read, or refused by one clear line', ({ name, args, unclean }) => {
    const image = format(workshop, `${name.replaceAll(' ', '-')}.img`, 64, args);
    populate(workshop, image, contents(samples, !args.join().includes('^extents')));
    run('e2fsck', ['-fyD', image], [0, 1]);
    if (unclean) leaveUnclean(workshop, image, samples.large);
    const file = openFileSource(image);
    const pristine = imageInMemory(file);
    file.close();
    const undamaged = readEverything(pristine);
    expect(undamaged.error).toBeNull();
    const targets = targetsOf(openVolume(pristine));
    const refusals = new Set<string>();
    for (let seed = firstSeed; seed < firstSeed + Math.ceil(rounds / kinds.length); seed++) {
      const damage = damageOf(seed, targets, pristine);
      const { error, readBytes } = readEverything(damagedBytes(pristine, damage));
      const context = `seed ${seed}, ${JSON.stringify(damage)}`;
      if (error !== null) {
        const expected = error instanceof DamagedImage || error instanceof NotModelled;
        expect(expected ? 'refused' : `${context}: ${error.stack}`).toBe('refused');
        expect(error.message, context).toMatch(/^[^\n]{10,200}$/);
        refusals.add(error.message.replaceAll(/\d+/g, '#'));
      }
      expect(readBytes, context).toBeLessThan(undamaged.readBytes * 2 + 2 ** 26);
    }
    expect(refusals.size).toBeGreaterThan(5);
  });
});
