import type { Inode } from '../../inode.ts';
import { findGroupOrlov } from './orlov.ts';
import { noGroup, type SearchContext } from './search.ts';

/** The answer of {@link findGroupOther}. */
export interface OtherGroup {
  /** False where no group has a free inode. */
  readonly found: boolean;
  /** The group; where none was found, the number that the directory remembers all the same. */
  readonly group: number;
}

/** The group for a new file: near its directory (fs/ext4/ialloc.c: find_group_other()). */
export function findGroupOther(context: SearchContext, parent: Inode): OtherGroup {
  return context.groups.flexSize > 1 ? inFlexGroup(context, parent) : nearDirectory(context, parent);
}

/** The directory's flexible group, then that of its last child, then whichever Orlov's allocator names. */
function inFlexGroup(context: SearchContext, parent: Inode): OtherGroup {
  const { groups } = context;
  let first = 0;
  for (const tried of [parent.group, parent.lastAllocationGroup]) {
    if (tried === noGroup) continue;
    first = tried - (tried % groups.flexSize);
    const end = Math.min(first + groups.flexSize, groups.count);
    for (let group = first; group < end; group++) {
      if (groups.freeInodes(group) > 0) return { found: true, group };
    }
  }
  const group = findGroupOrlov(context, parent, null);
  if (group !== noGroup) return { found: true, group };
  const next = first + groups.flexSize;
  return { found: false, group: next > groups.count ? 0 : next };
}

/** Without flexible groups: the directory's group, a quadratic search from a place of the directory's own, a linear one. */
function nearDirectory({ groups, allocator }: SearchContext, parent: Inode): OtherGroup {
  const hasRoom = (group: number): boolean =>
    groups.freeInodes(group) > 0 && allocator.freeClustersOfGroup(group) > 0;
  const { count } = groups;
  if (hasRoom(parent.group)) return { found: true, group: parent.group };
  let group = (parent.group + parent.ino) % count;
  for (let step = 1; step < count; step *= 2) {
    group += step;
    if (group >= count) group -= count;
    if (hasRoom(group)) return { found: true, group };
  }
  group = parent.group;
  for (let i = 0; i < count; i++) {
    group = (group + 1) % count;
    if (groups.freeInodes(group) > 0) return { found: true, group };
  }
  return { found: false, group };
}
