import { Refused } from '../../../errno.ts';
import type { Inode } from '../../inode.ts';
import { findGroupOrlov, type TopLevel } from './orlov.ts';
import { findGroupOther } from './other.ts';
import { noGroup, type SearchContext } from './search.ts';

/** What is to be created, as far as the choice of its inode depends on it. */
export interface Wanted {
  readonly isDirectory: boolean;
  /** For directories of the top level only. */
  readonly top: TopLevel | null;
  /** s_inode_goal (sysfs inode_goal): an inode number to begin at; 0 for none. */
  readonly goal: number;
}

export interface TakenInode {
  readonly ino: number;
  readonly group: number;
}

/**
 * Chooses a group, then its first free inode, and takes that (fs/ext4/ialloc.c: __ext4_new_inode()). The parent
 * remembers the group chosen, found or not. ENOSPC.
 *
 * Without a journal the kernel passes over inodes freed in the seconds before (recently_deleted()), but not in the
 * same second; since a plan's steps count as made within one, none is passed over here.
 */
export function takeInode(context: SearchContext, parent: Inode, wanted: Wanted): TakenInode {
  const { groups, allocator, geometry } = context;
  const { inodesPerGroup } = groups;
  const start = startOf(context, parent, wanted);
  parent.lastAllocationGroup = start.group;
  if (!start.found) throw new Refused('ENOSPC', 'no group has a free inode');
  let group = start.group;
  for (let i = 0; i < groups.count; i++) {
    const bit = groups.freeInodes(group) === 0 ? -1 : groups.bitmap(group).firstFree(i === 0 ? start.bit : 0);
    if (bit >= 0) {
      if (group === 0 && bit + 1 < geometry.firstInode) {
        throw groups.damaged(0, `reserved inode ${bit + 1} is marked free`);
      }
      groups.take(group, bit, wanted.isDirectory);
      allocator.initialiseBlockBitmap(group);
      return { ino: group * inodesPerGroup + bit + 1, group };
    }
    group = (group + 1) % groups.count;
  }
  throw new Refused('ENOSPC', 'no inode is free');
}

/** Where the search begins: group and bit in it. */
function startOf(
  context: SearchContext,
  parent: Inode,
  wanted: Wanted,
): { found: boolean; group: number; bit: number } {
  const { inodesPerGroup } = context.groups;
  if (wanted.goal > 0 && wanted.goal <= context.geometry.inodesCount) {
    const group = Math.floor((wanted.goal - 1) / inodesPerGroup);
    return { found: true, group, bit: (wanted.goal - 1) % inodesPerGroup };
  }
  if (!wanted.isDirectory) return { ...findGroupOther(context, parent), bit: 0 };
  const group = findGroupOrlov(context, parent, wanted.top);
  return { found: group !== noGroup, group: Math.max(0, group), bit: 0 };
}
