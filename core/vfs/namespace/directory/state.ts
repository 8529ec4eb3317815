import { assert, assertExists } from '../../../assert.ts';
import { DamagedImage, inodeFlags, type Superblock, type Volume } from '../../../ext4/index.ts';
import type { BlockMapping, Filesystem } from '../../filesystem.ts';
import type { Inode } from '../../inode.ts';
import { currentBehaviour, type DirectoryBehaviour } from './behaviour.ts';
import { checksumTailBytes, type BlockFormat } from './block.ts';
import { EntryArea } from './entries.ts';
import type { HashSeed } from './hash-words.ts';
import { keyOf } from './name.ts';

/** What directories need of the filesystem that they are in. */
export interface DirectoryHost extends Pick<Filesystem, 'geometry'> {
  readonly mapping: Pick<BlockMapping, 'map' | 'createEmpty'>;
}

/** Where directories are read from. */
export type DirectorySource = Pick<Volume, 'inode' | 'directoryBlocks'>;

/** What the directories of one filesystem have in common. */
export interface DirectoryContext {
  readonly fs: DirectoryHost;
  readonly volume: DirectorySource;
  readonly behaviour: DirectoryBehaviour;
  readonly format: BlockFormat;
  readonly hashSeed: HashSeed;
  /** Of a snapshot: hashes of names that are hidden in it, by what stands for them ({@link Name.key}). */
  readonly nameHashes: ReadonlyMap<string, number> | null;
  /** s_def_hash_version, for directories that get an index now. */
  readonly defaultHashVersion: number;
  /** s_hash_unsigned: what is added to the version where names are hashed as unsigned characters. */
  readonly unsignedShift: number;
  /** Levels that an index may have, the root included (ext4_dir_htree_level()). */
  readonly maxLevels: number;
  /** s_want_extra_isize as it comes out after a mount: bytes of a new inode's fields past the first 128. */
  readonly extraIsizeBytes: number;
}

/** The part of a directory that {@link Inode.directory} holds. */
export interface DirectoryState {
  /** Blocks by logical number; undefined for holes. */
  readonly blocks: (EntryArea | undefined)[];
  /** Entries inside the inode; null once the directory has blocks. */
  inline: InlineEntries | null;
  /** Which block holds a name, in directories without an index; null in indexed ones, where the hash tells. */
  names: Map<string, number> | null;
}

/** The two areas of an inline directory (fs/ext4/inline.c). */
export interface InlineEntries {
  /** Inode of `..`, which has no entry here. */
  parent: number;
  /** The 56 bytes of i_block behind the parent's number. */
  readonly first: EntryArea;
  /** The value of the attribute system.data; null while that is empty. */
  second: EntryArea | null;
}

export function directoryContext(
  fs: DirectoryHost,
  volume: DirectorySource & Pick<Volume, 'superblock'> & Partial<Pick<Volume, 'source'>>,
  behaviour: DirectoryBehaviour = currentBehaviour,
): DirectoryContext {
  const { geometry } = fs;
  const { features } = geometry;
  return {
    fs,
    volume,
    behaviour,
    format: {
      blockBytes: geometry.blockSizeBytes,
      tailBytes: features.metadataCsum ? checksumTailBytes : 0,
    },
    hashSeed: volume.superblock.hashSeed,
    nameHashes: volume.source?.nameHashes ?? null,
    defaultHashVersion: volume.superblock.defaultHashVersion,
    unsignedShift: features.dirIndex && volume.superblock.unsignedHash ? 3 : 0,
    maxLevels: features.largeDir ? 3 : 2,
    extraIsizeBytes: wantedExtraIsize(volume.superblock, features.extraIsize),
  };
}

/** Bytes of struct ext4_inode past the first 128, as Linux 6.18 knows it. */
const knownExtraIsizeBytes = 32;

/** s_want_extra_isize after ext4_fill_super() has raised it to what the superblock asks for. */
function wantedExtraIsize(superblock: Superblock, hasFeature: boolean): number {
  if (superblock.inodeSizeBytes <= 128) return 0;
  if (!hasFeature) return knownExtraIsizeBytes;
  return Math.max(knownExtraIsizeBytes, superblock.wantExtraIsize, superblock.minExtraIsize);
}

/** is_dx(): the directory has an index, and the filesystem knows of indexes. */
export function isIndexed(context: DirectoryContext, directory: Inode): boolean {
  return context.fs.geometry.features.dirIndex && (directory.flags & inodeFlags.index) !== 0;
}

/** The state of a directory, read from the volume at its first use. */
export function stateOf(context: DirectoryContext, directory: Inode): DirectoryState {
  assert(directory.kind === 'directory', 'only a directory has entries', directory.ino);
  directory.directory ??= load(context, directory);
  return directory.directory as DirectoryState;
}

/** The error for bytes of a directory that contradict one another. */
export function damagedDirectory(directory: Inode, logical: number, what: string): DamagedImage {
  return new DamagedImage(`directory of inode ${directory.ino}, logical block ${logical}`, null, what);
}

/** The state of a directory that has nothing yet. */
export function emptyState(): DirectoryState {
  return { blocks: [], inline: null, names: new Map() };
}

/** A block that the index or an entry refers to. */
export function blockOf(context: DirectoryContext, directory: Inode, logical: number): EntryArea {
  const block = stateOf(context, directory).blocks[logical];
  if (block === undefined)
    throw damagedDirectory(directory, logical, 'the index leads to a block that is not there');
  return block;
}

function load(context: DirectoryContext, directory: Inode): DirectoryState {
  const state: DirectoryState = { blocks: [], inline: null, names: null };
  const read = context.volume.directoryBlocks(context.volume.inode(directory.ino));
  for (const { logical, kind, bytes, parent } of read) {
    const area = new EntryArea(bytes.slice());
    if (kind !== 'inline') state.blocks[logical] = area;
    else if (logical === 0)
      state.inline = { parent: assertExists(parent, 'parent'), first: area, second: null };
    else if (bytes.length > 0) assertExists(state.inline, 'first inline area').second = area;
  }
  if (state.inline === null && !isIndexed(context, directory)) state.names = namesIn(state.blocks);
  return state;
}

/** Every name of a directory without an index, `.` and `..` included. */
export function namesIn(blocks: readonly (EntryArea | undefined)[]): Map<string, number> {
  const names = new Map<string, number>();
  blocks.forEach((block, logical) => {
    block?.forEachUsed((offset) =>
      names.set(keyOf(block.bytes, offset + 8, block.nameLength(offset)), logical),
    );
  });
  return names;
}
