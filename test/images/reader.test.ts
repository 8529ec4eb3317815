import { afterAll, describe, expect, it } from 'vitest';
import { type InodeRecord, openVolume, type Volume } from '../../core/ext4/index.ts';
import { openFileSource } from '../../main/bytes/index.ts';
import { compareGroups, compareHeader, compareInodes } from './compare.ts';
import { format, missingTools, openWorkshop, populate, run, sample } from './image.ts';
import { contents, profiles } from './profiles.ts';

const title =
  missingTools === null ? 'the reader against e2fsprogs' : `the reader against e2fsprogs (${missingTools})`;

describe.skipIf(missingTools !== null)(title, () => {
  const workshop = openWorkshop();
  afterAll(() => workshop.remove());
  const samples = {
    small: sample(workshop, 'small', 40),
    medium: sample(workshop, 'medium', 5000),
    large: sample(workshop, 'large', 400_000),
  };

  describe.each(profiles)('$name', ({ name, mebibytes, args }) => {
    it('reads everything as dumpe2fs and debugfs do', () => {
      const image = format(workshop, `${name.replaceAll(/\W+/g, '-')}.img`, mebibytes, [...args]);
      const source = openFileSource(image);
      const fresh = openVolume(source);
      compareGroups(fresh, image);
      source.close();
      populate(workshop, image, contents(samples, fresh.geometry.features.extents));
      const filled = openFileSource(image);
      expectDeepTree(openVolume(filled));
      compareInodes(workshop, openVolume(filled), image);
      filled.close();
      run('e2fsck', ['-fyD', image], [0, 1]);
      const optimised = openFileSource(image);
      const volume = openVolume(optimised);
      compareHeader(volume, image);
      compareGroups(volume, image);
      expectHashTree(volume);
      compareInodes(workshop, volume, image);
      optimised.close();
    });
  });
});

/** The image is no easy one: 420 extents need two levels below the root where a block is 1 KiB. */
function expectDeepTree(volume: Volume): void {
  const { features, blockSizeBytes, clusterRatio } = volume.geometry;
  if (!features.extents || clusterRatio > 1) return;
  const inode = volume.lookup('unwritten') as InodeRecord;
  expect(volume.extentTree(inode).depth).toBe(blockSizeBytes === 1024 ? 2 : 1);
}

/** 640 long names need a level of hash nodes below the root where a block is 1 KiB. */
function expectHashTree(volume: Volume): void {
  const { features, blockSizeBytes } = volume.geometry;
  if (!features.dirIndex) return;
  const root = volume.directoryBlocks(volume.lookup('many') as InodeRecord)[0];
  expect(root?.kind).toBe('root');
  expect(root?.index?.indirectLevels).toBe(blockSizeBytes === 1024 ? 1 : 0);
}
