import type { Geometry } from '../ext4/geometry.ts';
import type { Machine, MountOptions } from '../vfs/filesystem.ts';
import { buddyShapeFor } from './buddy-shape.ts';
import { ClusterClaims } from './claims.ts';
import type { GroupSource } from './group-source.ts';
import { Groups } from './groups.ts';
import { GroupLayout } from './layout.ts';
import { PendingFrees } from './pending-frees.ts';
import { GroupLists } from './preallocation/group-lists.ts';
import { LocalityGroup } from './preallocation/locality.ts';
import type { GroupSearcher, KernelProfile } from './profile.ts';
import type { TraceSink } from './trace.ts';
import { type Tunables, tunablesFor } from './tunables.ts';

/** What an allocator is made from. */
export interface MballocSettings {
  readonly geometry: Geometry;
  readonly groups: GroupSource;
  readonly options: MountOptions;
  readonly machine: Machine;
  readonly profile: KernelProfile;
  /** Where decisions are told; null costs nothing. */
  readonly trace?: TraceSink | null;
  /** Takes what the kernel would print as a warning. */
  readonly warn?: (warning: string) => void;
}

/** The state of one mount's allocator (the s_mb_… part of struct ext4_sb_info), which its functions share. */
export class Mballoc {
  /** Stands for this mount: preallocations that bear another mark are a former mount's, and gone. */
  readonly mark: object = {};
  readonly geometry: Geometry;
  readonly options: MountOptions;
  readonly profile: KernelProfile;
  readonly tunables: Tunables;
  readonly layout: GroupLayout;
  readonly groups: Groups;
  readonly searcher: GroupSearcher;
  readonly claims: ClusterClaims;
  readonly pending: PendingFrees;
  /** s_locality_groups of CPU 0. */
  readonly locality = new LocalityGroup();
  /** bb_prealloc_list of every group. */
  readonly groupLists = new GroupLists();
  /** s_mb_last_groups. */
  readonly streamGroups: Uint32Array;
  /** s_mb_last_start, of a profile whose stream goals keep it. */
  readonly streamStarts: Uint32Array;
  /** discard_pa_seq: counts takings and givings back, so that a failed search knows whether anything changed. */
  discardSequence = 0;
  readonly trace: TraceSink | null;
  readonly warn: (warning: string) => void;

  constructor(settings: MballocSettings) {
    const { geometry, options, machine, profile } = settings;
    this.geometry = geometry;
    this.options = options;
    this.profile = profile;
    this.trace = settings.trace ?? null;
    this.warn = settings.warn ?? (() => undefined);
    this.tunables = tunablesFor(geometry, options, machine);
    this.layout = new GroupLayout(geometry);
    const shape = buddyShapeFor(geometry.blockSizeBits, geometry.clustersPerGroup);
    this.searcher = profile.groupSearch.createSearcher(geometry.groupCount, shape.orders);
    this.groups = new Groups(shape, this.layout, settings.groups, this.searcher, {
      optimizeScan: this.tunables.optimizeScan,
      groupsPerPage: Math.max(1, machine.pageSizeBytes / geometry.blockSizeBytes / 2),
    });
    this.claims = new ClusterClaims(this.groups, this.tunables, machine);
    this.pending = new PendingFrees();
    this.streamGroups = new Uint32Array(profile.streamGoals.slots(machine, geometry.groupCount));
    this.streamStarts = new Uint32Array(this.streamGroups.length);
  }
}
