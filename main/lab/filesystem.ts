import { open } from 'node:fs/promises';
import { InputError } from '../failure.ts';

/** What an image holds, as far as mounting it needs to know. */
export interface FilesystemKind {
  readonly fs: 'ext4' | 'xfs';
  /** False on XFS, whose log is no jbd2 journal. */
  readonly hasJournal: boolean;
  /** Blocks that are allocated together: more than one with bigalloc. */
  readonly clusterBlocks: number;
  /** Whether an ext4 asks in its superblock for a panic of the whole machine where it finds something wrong. */
  readonly panics: boolean;
}

const superblockOffset = 1024;
const ext4MagicOffset = 0x38;
const ext4Magic = 0xef53;
const compatibleFeaturesOffset = 0x5c;
const hasJournalFeature = 0x4;
const logBlockSizeOffset = 0x18;
const logClusterSizeOffset = 0x1c;
const errorsOffset = 0x3c;
const panicOnErrors = 3;
/** Mount options that are kept in the superblock (`tune2fs -E mount_opts=`). */
const mountOptionsAt = { offset: 0x200, length: 64 };
const xfsMagic = 'XFSB';

/** How much of the beginning {@link filesystemIn} wants to see. */
export const superblockAreaBytes = superblockOffset + 1024;

/**
 * Looks at the superblock of an image or device (Documentation/filesystems/ext4/super.rst; XFS: xfs_dsb). Throws
 * InputError where it is neither ext4 nor XFS, and calls it `name` there: what the user called it.
 */
export async function identifyFilesystem(path: string, name = path): Promise<FilesystemKind> {
  const file = await open(path, 'r');
  try {
    const bytes = new Uint8Array(superblockAreaBytes);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return filesystemIn(bytes.subarray(0, bytesRead), name);
  } finally {
    await file.close();
  }
}

/** As {@link identifyFilesystem}, from the first {@link superblockAreaBytes}. */
export function filesystemIn(beginning: Uint8Array, name: string): FilesystemKind {
  const bytes = Buffer.from(beginning.buffer, beginning.byteOffset, beginning.length);
  if (bytes.length === superblockAreaBytes) {
    const superblock = bytes.subarray(superblockOffset);
    if (superblock.readUInt16LE(ext4MagicOffset) === ext4Magic) {
      const compatible = superblock.readUInt32LE(compatibleFeaturesOffset);
      const clusterBits =
        superblock.readUInt32LE(logClusterSizeOffset) - superblock.readUInt32LE(logBlockSizeOffset);
      const hasJournal = (compatible & hasJournalFeature) !== 0;
      return { fs: 'ext4', hasJournal, clusterBlocks: 2 ** clusterBits, panics: panics(superblock) };
    }
    if (bytes.toString('latin1', 0, 4) === xfsMagic)
      return { fs: 'xfs', hasJournal: false, clusterBlocks: 1, panics: false };
  }
  throw new InputError(`target.path: ${name} holds neither ext4 nor XFS`, 'target.path');
}

function panics(superblock: Buffer): boolean {
  const { offset, length } = mountOptionsAt;
  const options = superblock.toString('latin1', offset, offset + length);
  return superblock.readUInt16LE(errorsOffset) === panicOnErrors || options.includes('errors=panic');
}
