import { type ByteSource, type InodeRecord, openVolume, type Volume } from '../../core/ext4/index.ts';

/** Asks the reader for everything it can tell about an image: the first error, or null, and the bytes it read. */
export function readEverything(source: ByteSource): { error: Error | null; readBytes: number } {
  let readBytes = 0;
  const counting: ByteSource = {
    sizeBytes: source.sizeBytes,
    read: (offset, length) => {
      readBytes += length;
      return source.read(offset, length);
    },
  };
  try {
    readAll(openVolume(counting));
    return { error: null, readBytes };
  } catch (error) {
    return { error: error as Error, readBytes };
  }
}

function readAll(volume: Volume): void {
  const { groupCount, inodesPerGroup } = volume.geometry;
  volume.checkDescriptors();
  volume.orphans();
  for (let group = 0; group < groupCount; group++) {
    volume.blockBitmap(group);
    const bits = volume.inodeBitmap(group);
    if (volume.descriptor(group).inodeUninit) continue;
    for (let bit = 0; bit < inodesPerGroup; bit++) {
      if (((bits[bit >> 3] ?? 0) >> (bit & 7)) & 1)
        readInode(volume, volume.inode(group * inodesPerGroup + bit + 1));
    }
  }
  volume.lookup('few/inner/file-5');
}

function readInode(volume: Volume, inode: InodeRecord): void {
  if (inode.inlineData) volume.inlineData(inode);
  else if (inode.usesExtents) volume.extentTree(inode);
  volume.extents(inode);
  if (inode.kind === 'directory') volume.list(inode);
}
