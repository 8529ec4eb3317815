import { hashOfName, hashVersions } from '../directory/hash.ts';
import type { HashSeed } from '../directory/hash-words.ts';
import type { Inode } from '../../inode.ts';
import { noGroup, statisticsOf, type SearchContext } from './search.ts';

/** A directory of the top level: its name decides where the search begins. */
export interface TopLevel {
  readonly name: Uint8Array;
  readonly hashSeed: HashSeed;
}

/** What the search takes from the whole filesystem, over `count` flexible groups (groups where there are none). */
interface Averages {
  readonly count: number;
  readonly freeInodes: number;
  readonly freeClusters: number;
  readonly directories: number;
}

/**
 * Orlov's allocator: the group for a new directory, or for a file whose parent's flexible group is full
 * (fs/ext4/ialloc.c: find_group_orlov()). `top` is given for directories in the root, or in a directory marked as the
 * top of a hierarchy, which are spread. The kernel starts at random only for inodes without a name, which never come
 * here. {@link noGroup} where no group has a free inode.
 */
export function findGroupOrlov(context: SearchContext, parent: Inode, top: TopLevel | null): number {
  const averages = averagesOf(context);
  const chosen =
    top === null ? firstGoodEnough(context, averages, parent) : fewestDirectories(context, averages, top);
  const group = chosen === noGroup ? noGroup : firstWithFreeInode(context, chosen);
  return group === noGroup ? moreThanAverage(context, parent) : group;
}

function averagesOf({ groups, allocator }: SearchContext): Averages {
  const count = Math.ceil(groups.count / groups.flexSize);
  return {
    count,
    freeInodes: Math.floor(groups.freeInodesRead / count),
    freeClusters: Math.floor(allocator.freeClustersRead / count),
    directories: groups.directoriesRead,
  };
}

/** The one with the fewest directories among those not worse than average; from the name's hash on. */
function fewestDirectories(context: SearchContext, averages: Averages, { name, hashSeed }: TopLevel): number {
  const { count } = averages;
  const start = hashOfName(name, hashVersions.halfMd4, hashSeed) % count;
  let fewest = context.groups.inodesPerGroup;
  let best = noGroup;
  for (let i = 0; i < count; i++) {
    const index = (start + i) % count;
    const statistics = statisticsOf(context, index);
    if (statistics.freeInodes === 0 || statistics.usedDirectories >= fewest) continue;
    if (statistics.freeInodes < averages.freeInodes) continue;
    if (statistics.freeClusters < averages.freeClusters) continue;
    best = index;
    fewest = statistics.usedDirectories;
  }
  return best;
}

/** The first, from where the parent's last child went, that is not too full of directories, inodes or blocks. */
function firstGoodEnough(context: SearchContext, averages: Averages, parent: Inode): number {
  const { groups, geometry } = context;
  const { count } = averages;
  const inodes = groups.inodesPerGroup * groups.flexSize;
  const clusters = geometry.clustersPerGroup * groups.flexSize;
  const mostDirectories = Math.floor(averages.directories / count) + Math.floor(inodes / 16);
  const fewestInodes = Math.max(1, averages.freeInodes - Math.floor(inodes / 4));
  const fewestClusters = Math.max(0, averages.freeClusters - Math.floor(clusters / 4));
  const nearest = parent.lastAllocationGroup === noGroup ? parent.group : parent.lastAllocationGroup;
  const start = Math.floor(nearest / groups.flexSize);
  for (let i = 0; i < count; i++) {
    const index = (start + i) % count;
    const statistics = statisticsOf(context, index);
    if (statistics.usedDirectories >= mostDirectories) continue;
    if (statistics.freeInodes < fewestInodes) continue;
    if (statistics.freeClusters < fewestClusters) continue;
    return index;
  }
  return noGroup;
}

/** Inodes are packed at the beginning of a flexible group: its first group that has a free one. */
function firstWithFreeInode({ groups }: SearchContext, index: number): number {
  if (groups.flexSize === 1) return index;
  const first = index * groups.flexSize;
  const end = Math.min(first + groups.flexSize, groups.count);
  for (let group = first; group < end; group++) {
    if (groups.freeInodes(group) > 0) return group;
  }
  return noGroup;
}

/** The last resort: from the parent's group on, one with no fewer free inodes than average, or with any. */
function moreThanAverage({ groups }: SearchContext, parent: Inode): number {
  const average = Math.floor(groups.freeInodesRead / groups.count);
  for (const fewest of average > 0 ? [average, 1] : [1]) {
    for (let i = 0; i < groups.count; i++) {
      const group = (parent.group + i) % groups.count;
      if (groups.freeInodes(group) >= fewest) return group;
    }
  }
  return noGroup;
}
