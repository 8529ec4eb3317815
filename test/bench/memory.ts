import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openVolume, type ByteSource } from '../../core/ext4/index.ts';
import { linux618 } from '../../core/mballoc/index.ts';
import { fallocate, type FallocateModes, MountedFilesystem, openForWriting } from '../../core/vfs/index.ts';
import { openFileSource } from '../../main/bytes/index.ts';
import { withImage } from './loop-image.ts';

const GiB = 2 ** 30;
const machine = { possibleCpus: 2, rotational: true, threadId: 0, pageSizeBytes: 4096 };
const noModes: FallocateModes = {
  keepSize: false,
  punchHole: false,
  zeroRange: false,
  collapseRange: false,
  insertRange: false,
};

/**
 * What the mirror keeps of a filesystem of 1 TiB, by its own count and as the process grows: mounted, and after a file of
 * 256 GiB has taken blocks of a quarter of the groups.
 */
export async function benchMemory(): Promise<void> {
  await withImage(1024 * GiB, ['-b', '4096', '-E', 'lazy_itable_init=1'], (image) => {
    const source = openFileSource(image);
    try {
      // A first mount, dropped again, fills the source's cache of pages and compiles our code.
      mountWarm(source);
      const empty = usedBytes();
      const fs = mountWarm(source);
      const inode = fs.namespace.create('file');
      openForWriting(fs, inode);
      const mounted = usedBytes();
      fallocate(fs, inode, 0, 256 * GiB, noModes);
      const touched = usedBytes();
      const { groupCount, blocksPerGroup } = fs.geometry;
      const { loadedGroups, loadedBytes, countersBytes } = fs.allocator.memory;
      const eighths = (loadedGroups * blocksPerGroup) / 8;
      const perEighth = (bytes: number) => (bytes / eighths).toFixed(2);
      const counters = (countersBytes / groupCount) * loadedGroups;
      console.log(
        `memory, ${groupCount} groups of ${blocksPerGroup} blocks, all initialised: ` +
          `${(countersBytes / groupCount).toFixed(0)} bytes a group by count, ` +
          `${((mounted - empty) / groupCount).toFixed(0)} as the process grows; ` +
          `${loadedGroups} groups touched: ${perEighth(loadedBytes + counters)} bytes for 8 blocks by count, ` +
          `${perEighth(touched - mounted)} as the process grows`,
      );
    } finally {
      source.close();
    }
    return Promise.resolve();
  });
}

function mountWarm(source: ByteSource): MountedFilesystem {
  return new MountedFilesystem(openVolume(source), {
    machine,
    profile: linux618,
    options: '',
    buddies: 'warm',
  });
}

/** Bytes that the process holds on to: the heap and the buffers beside it, after the collector has run. */
function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
