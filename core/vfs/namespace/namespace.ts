import { assert } from '../../assert.ts';
import { NotModelled, Refused } from '../../errno.ts';
import { DamagedImage, inodeFlags, type Volume } from '../../ext4/index.ts';
import type { Filesystem, Namespace } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { AttributeBlocks } from './attribute-blocks.ts';
import { addEntry, removeEntry } from './directory/add.ts';
import { append } from './directory/append.ts';
import { writeDots } from './directory/block.ts';
import type { DirectoryBehaviour } from './directory/behaviour.ts';
import { fileTypes, type EntryArea } from './directory/entries.ts';
import { findEntry } from './directory/find.ts';
import { directoryType, inlineCapacity, startInline } from './directory/inline.ts';
import { blockAreaBytes } from './directory/inline-capacity.ts';
import type { Name } from './directory/name.ts';
import {
  directoryContext,
  emptyState,
  isIndexed,
  stateOf,
  type DirectoryContext,
} from './directory/state.ts';
import { forgetInMemory, inodeFromDisk, newInode } from './inode-state.ts';
import { InodeGroups } from './inodes/groups.ts';
import { takeInode } from './inodes/new-inode.ts';
import type { TopLevel } from './inodes/orlov.ts';
import type { SearchContext } from './inodes/search.ts';
import { step, walk, type Place } from './walk.ts';

/** EXT4_ROOT_INO. */
const rootIno = 2;
/** EXT4_LINK_MAX. */
const mostLinks = 65000;

/** What may be said about a namespace beside the filesystem. */
export interface NamespaceOptions {
  /** Inode number of the directory that paths begin at; the root if left out. */
  readonly base?: number;
  /** That of another kernel than the current one. */
  readonly behaviour?: DirectoryBehaviour;
}

/** The names and inodes of one mounted filesystem (fs/ext4/namei.c and ialloc.c, with what fs/namei.c checks before). */
export class MirrorNamespace implements Namespace {
  readonly #fs: Filesystem;
  readonly #volume: Volume;
  readonly #directories: DirectoryContext;
  readonly #groups: InodeGroups;
  readonly #search: SearchContext;
  readonly #attributes: AttributeBlocks;
  readonly #inodes = new Map<number, Inode>();
  readonly #base: Inode;

  constructor(fs: Filesystem, volume: Volume, { base = rootIno, behaviour }: NamespaceOptions = {}) {
    this.#fs = fs;
    this.#volume = volume;
    this.#directories = directoryContext(fs, volume, behaviour);
    this.#groups = new InodeGroups(volume, fs.machine.possibleCpus);
    this.#search = {
      geometry: fs.geometry,
      groups: this.#groups,
      get allocator() {
        return fs.allocator;
      },
    };
    this.#attributes = new AttributeBlocks(volume);
    this.#base = this.inode(base);
    if (this.#base.kind !== 'directory') {
      throw new DamagedImage(
        `inode ${base}`,
        null,
        'it is not a directory, as the one that paths begin at must be',
      );
    }
  }

  create(path: string): Inode {
    const place = this.#freePlace(path);
    return this.#retried(() => this.#add(place, false));
  }

  makeDirectory(path: string): Inode {
    const place = this.#freePlace(path);
    const { directory } = place;
    const isUncounted = this.#fs.geometry.features.dirNlink && isIndexed(this.#directories, directory);
    if (directory.links >= mostLinks && !isUncounted)
      throw new Refused('EMLINK', `${path}: too many directories`);
    return this.#retried(() => this.#add(place, true));
  }

  lookup(path: string): Inode {
    const inode = this.#find(walk(this.#base, path, this.#lookUp), path);
    if (inode.kind === 'link') throw new Refused('ELOOP', `${path} is a link`);
    return inode;
  }

  unlink(path: string): Inode {
    const place = walk(this.#base, path, this.#lookUp);
    const inode = this.#find(place, path);
    this.#checkWritable(place.directory, path);
    const kept = inodeFlags.append | inodeFlags.immutable;
    if ((place.directory.flags & inodeFlags.append) !== 0 || (inode.flags & kept) !== 0) {
      throw new Refused('EPERM', `${path} is immutable or append-only, or its directory is`);
    }
    if (inode.kind === 'directory') throw new Refused('EISDIR', `${path} is a directory`);
    const found = findEntry(this.#directories, place.directory, place.name);
    assert(found !== null, 'an entry that was just found is there');
    removeEntry(this.#directories, place.directory, place.name, found);
    this.#fs.journal.touch(place.directory, false);
    inode.links = Math.max(0, inode.links - 1);
    this.#fs.journal.touch(inode, false);
    return inode;
  }

  freeInode(inode: Inode): void {
    this.#attributes.release(inode, this.#fs.allocator);
    this.#fs.allocator.discardPreallocations(inode);
    const bit = (inode.ino - 1) % this.#groups.inodesPerGroup;
    this.#groups.release(inode.group, bit, inode.kind === 'directory');
    this.#inodes.delete(inode.ino);
  }

  inode(ino: number): Inode {
    const known = this.#inodes.get(ino);
    if (known !== undefined) return known;
    const record = this.#volume.inode(ino);
    const inode = inodeFromDisk(record, this.#fs.geometry.inodeSizeBytes);
    this.#attributes.note(inode, record);
    this.#inodes.set(ino, inode);
    return inode;
  }

  loaded(): Iterable<Inode> {
    return this.#inodes.values();
  }

  /** Free inodes of the whole filesystem (statfs(2)). */
  get freeInodes(): number {
    return this.#groups.freeInodesTotal;
  }

  /** ext4_get_max_inline_size(): bytes that a file may have to stay inside its inode; 0 where it cannot. */
  maxInlineBytes(inode: Inode): number {
    const capacity = inlineCapacity(this.#directories, inode);
    return capacity === 0 ? 0 : capacity + blockAreaBytes;
  }

  /** The runs of entries of a directory, for those who show or check it: its blocks, or the areas in its inode. */
  areasOf(directory: Inode): readonly (EntryArea | undefined)[] {
    const { blocks, inline } = stateOf(this.#directories, directory);
    return inline === null ? blocks : [inline.first, inline.second ?? undefined];
  }

  /** The filesystem was unmounted and mounted again: entries and inodes stay, what only memory held is gone. */
  remounted(): void {
    this.#groups.remounted();
    for (const inode of this.#inodes.values()) forgetInMemory(inode);
  }

  readonly #lookUp = (directory: Inode, name: Name): Inode | null => {
    const refused = directory.flags & (inodeFlags.casefold | inodeFlags.encrypt);
    if (refused !== 0) throw new NotModelled('casefolded and encrypted directories');
    const found = findEntry(this.#directories, directory, name);
    if (found === null) return null;
    const inode = this.inode(found.ino);
    if (inode.links === 0) {
      throw new DamagedImage(
        `inode ${found.ino}`,
        this.#volume.inode(found.ino).tableBlock,
        `it is deleted, but directory ${directory.ino} names it`,
      );
    }
    // Whoever looks first: a step that fails further on does, too (ext4_lookup(), ext4_iget()).
    this.#fs.journal.loaded(inode);
    return inode;
  };

  #find(place: Place, path: string): Inode {
    const inode = step(place.directory, place.name, this.#lookUp);
    if (inode === null) throw new Refused('ENOENT', `${path} does not exist`);
    return inode;
  }

  /** Where something new is to go. EEXIST, and EPERM in an immutable directory. */
  #freePlace(path: string): Place {
    const place = walk(this.#base, path, this.#lookUp);
    if (step(place.directory, place.name, this.#lookUp) !== null)
      throw new Refused('EEXIST', `${path} exists`);
    this.#checkWritable(place.directory, path);
    return place;
  }

  #checkWritable(directory: Inode, path: string): void {
    if ((directory.flags & inodeFlags.immutable) === 0) return;
    throw new Refused('EPERM', `${path}: its directory is immutable`);
  }

  /** ext4_create() and ext4_mkdir() try again while a commit may give blocks back. */
  #retried(attempt: () => Inode): Inode {
    for (let retries = 0; ; retries++) {
      try {
        return attempt();
      } catch (error) {
        const isFull = error instanceof Refused && error.errno === 'ENOSPC';
        if (!isFull || !this.#fs.journal.shouldRetryAllocation(retries)) throw error;
      }
    }
  }

  #add({ directory, name }: Place, isDirectory: boolean): Inode {
    const inode = this.#newInode(directory, name, isDirectory);
    try {
      if (isDirectory) this.#startDirectory(inode, directory);
      const regular = this.#fs.geometry.features.filetype ? fileTypes.regular : fileTypes.unknown;
      const fileType = isDirectory ? directoryType(this.#directories) : regular;
      addEntry(this.#directories, directory, { name, ino: inode.ino, fileType });
    } catch (error) {
      if (error instanceof Refused) this.#evict(inode);
      throw error;
    }
    inode.states.add('new-entry');
    if (isDirectory) this.#countLink(directory);
    this.#fs.journal.touch(directory, true);
    return inode;
  }

  #newInode(directory: Inode, name: Name, isDirectory: boolean): Inode {
    const { geometry, mapping, journal } = this.#fs;
    const top = isDirectory ? this.#topLevel(directory, name) : null;
    const taken = takeInode(this.#search, directory, { isDirectory, top, goal: 0 });
    const inode = newInode({
      ...taken,
      isDirectory,
      parentFlags: directory.flags,
      usesExtents: geometry.features.extents,
      mayBeInline: geometry.features.inlineData,
    });
    if (this.#inodes.has(inode.ino)) {
      throw this.#groups.damaged(inode.group, `inode ${inode.ino} is in use but marked free`);
    }
    this.#inodes.set(inode.ino, inode);
    mapping.createEmpty(inode);
    journal.touch(inode, true);
    return inode;
  }

  #topLevel(directory: Inode, { bytes }: Name): TopLevel | null {
    const isTop = directory.ino === rootIno || (directory.flags & inodeFlags.topDirectory) !== 0;
    return isTop ? { name: bytes, hashSeed: this.#directories.hashSeed } : null;
  }

  /** ext4_init_new_dir(): inside the inode where that is possible, else with a first block. */
  #startDirectory(inode: Inode, parent: Inode): void {
    inode.directory = emptyState();
    inode.links = 2;
    const context = this.#directories;
    if (inode.states.has('may-inline-data') && startInline(context, inode, parent.ino)) return;
    const { block } = append(context, inode);
    writeDots(block, context.format, inode.ino, parent.ino, directoryType(context));
  }

  /** ext4_inc_count(): an indexed directory stops counting where the count would overflow. */
  #countLink(directory: Inode): void {
    directory.links++;
    if (!isIndexed(this.#directories, directory)) return;
    if (directory.links > mostLinks || directory.links === 2) directory.links = 1;
  }

  /** What came into being before a failure goes again (ext4_evict_inode()). */
  #evict(inode: Inode): void {
    this.#fs.allocator.discardPreallocations(inode);
    if (inode.sizeBytes > 0 && !inode.inlineData) this.#fs.mapping.truncate(inode, 0);
    inode.links = 0;
    this.freeInode(inode);
  }
}
