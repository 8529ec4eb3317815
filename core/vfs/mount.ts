import { NotModelled, Refused } from '../errno.ts';
import type { Volume } from '../ext4/index.ts';
import {
  createAllocator,
  volumeGroups,
  type GroupSource,
  type KernelProfile,
  type MultiblockAllocator,
  type TraceSink,
} from '../mballoc/index.ts';
import { evictUnlinked } from './data/release.ts';
import { truncateBlocks } from './data/truncate.ts';
import { writeAndWait } from './data/write-pages.ts';
import type { DataBehaviour } from './data/behaviour.ts';
import type { DirectWriteBehaviour } from './data/direct-behaviour.ts';
import type { Filesystem, Journal, Machine, MountOptions } from './filesystem.ts';
import type { Inode } from './inode.ts';
import { createJournal } from './journal.ts';
import { createMapping, type MappingLoader } from './mapping/index.ts';
import { createNamespace, type MirrorNamespace } from './namespace/index.ts';
import { mountOptions } from './options.ts';

/** How the groups' buddies come into being after a mount (docs/plan-format.md, target.buddies). */
export type BuddyState = 'warm' | 'cold' | 'settled';

/** What a mount depends on beside the volume. */
export interface MountSettings {
  readonly machine: Machine;
  readonly profile: KernelProfile;
  /** As given to mount(8): `commit=300,nodelalloc`. */
  readonly options: string;
  readonly buddies: BuddyState;
  readonly trace?: TraceSink | undefined;
  /** Whether somebody else has the filesystem mounted: its orphans are files in use then. */
  readonly live?: boolean;
  /** Inode of the directory that paths begin at; the root's where it is left out. */
  readonly baseIno?: number;
}

/**
 * A mounted ext4 in memory: the parts of the mirror around one volume, which itself is only read. Throws
 * {@link import('./options.ts').MountRefused} where the kernel would not mount.
 */
export class MountedFilesystem implements Filesystem {
  readonly geometry;
  readonly options: MountOptions;
  readonly machine: Machine;
  readonly source;
  readonly directWrites: DirectWriteBehaviour;
  readonly behaviour: DataBehaviour;
  readonly mapping;
  readonly namespace: MirrorNamespace;
  readonly #settings: MountSettings;
  readonly #journalBlocks: number | null;
  #allocator: MultiblockAllocator;
  #journal: Journal;
  #warnings = new Set<string>();

  constructor(volume: Volume, settings: MountSettings) {
    const { profile } = settings;
    const machine = profile.largeFolios ? settings.machine : { ...settings.machine, largeFolios: false };
    this.#settings = settings;
    this.directWrites = profile.directWrites;
    this.behaviour = profile.data;
    this.geometry = volume.geometry;
    this.machine = machine;
    this.source = volume.source;
    this.options = mountOptions(
      volume.superblock,
      volume.geometry,
      machine.pageSizeBytes,
      settings.options,
      profile.nolockForSmallBlocks,
    );
    this.#allocator = this.#createAllocator(volumeGroups(volume));
    this.#journalBlocks = journalBlocks(volume);
    this.#journal = createJournal(this.#journalBlocks, this.#allocator);
    const loader: MappingLoader = {
      extentTree: (ino) => volume.extentTree(volume.inode(ino)),
      indirectMap: (ino) => volume.indirectMap(volume.inode(ino)),
    };
    this.mapping = createMapping(this, loader, profile.mapping);
    const base = settings.baseIno === undefined ? {} : { base: settings.baseIno };
    this.namespace = createNamespace(this, volume, { behaviour: profile.directories, ...base });
    if (!settings.live) this.#cleanOrphans(volume.orphans());
    this.#initialiseBuddies();
  }

  get allocator(): MultiblockAllocator {
    return this.#allocator;
  }

  get journal(): Journal {
    return this.#journal;
  }

  warn(warning: string): void {
    this.#warnings.add(warning);
  }

  /** The warnings since this was last asked, each once, in the order of their first appearance. */
  takeWarnings(): readonly string[] {
    const taken = [...this.#warnings];
    this.#warnings.clear();
    return taken;
  }

  /**
   * umount(2) and mount(2): what is delayed is written, and what only memory knew is gone. All descriptors must be
   * closed. Throws nothing: data that finds no room is lost, as in the kernel.
   */
  remount(): void {
    for (const inode of this.namespace.loaded()) {
      if (inode.data !== null) this.#writeOut(inode);
      this.allocator.discardPreallocations(inode);
    }
    this.journal.commit();
    for (const inode of this.namespace.loaded()) {
      this.mapping.remounted(inode);
      inode.data = null;
      inode.preallocations = null;
      inode.sizeBytes = inode.diskSizeBytes;
    }
    this.namespace.remounted();
    this.#allocator = this.#createAllocator(this.#allocator.groupsAfterUnmount());
    this.#journal = createJournal(this.#journalBlocks, this.#allocator);
    this.#initialiseBuddies();
  }

  #writeOut(inode: Inode): void {
    try {
      writeAndWait(this, inode);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  #createAllocator(groups: GroupSource): MultiblockAllocator {
    const { machine, profile, trace } = this.#settings;
    const { geometry, options } = this;
    const warn = (warning: string) => {
      this.warn(warning);
    };
    return createAllocator({ geometry, groups, options, machine, profile, trace: trace ?? null, warn });
  }

  #initialiseBuddies(): void {
    if (this.#settings.buddies === 'warm') this.allocator.initialiseAllBuddies();
    if (this.#settings.buddies === 'settled') this.allocator.initialiseBuddiesWithFreeClusters();
  }

  /** ext4_orphan_cleanup(): what was unlinked but open, or being truncated, when the image was last in use. */
  #cleanOrphans(orphans: readonly number[]): void {
    if (orphans.length === 0) return;
    for (const ino of orphans) {
      const inode = this.namespace.inode(ino);
      if (inode.links > 0) truncateBlocks(this, inode);
      else evictUnlinked(this, inode);
    }
    this.journal.commit();
  }
}

/** Length of the journal; null where the filesystem has none. */
function journalBlocks(volume: Volume): number | null {
  const { geometry, superblock } = volume;
  if (!geometry.features.hasJournal) return null;
  if (superblock.journalInode === 0) throw new NotModelled('a journal on another device');
  return volume.inode(superblock.journalInode).sizeBytes / geometry.blockSizeBytes;
}
