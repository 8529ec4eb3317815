import type { Inode } from '../../inode.ts';
import type { EntryArea } from './entries.ts';
import type { Name } from './name.ts';
import { leafOf, nextLeafOfHash, probe } from './probe.ts';
import { blockOf, isIndexed, stateOf, type DirectoryContext } from './state.ts';

/** Where an entry lies. */
export interface Found {
  readonly area: EntryArea;
  readonly offset: number;
  readonly ino: number;
}

/** The entry of a directory that has this name; null where there is none (fs/ext4/namei.c: __ext4_find_entry()). */
export function findEntry(context: DirectoryContext, directory: Inode, name: Name): Found | null {
  const { inline, names, blocks } = stateOf(context, directory);
  if (inline !== null) return findIn(inline.first, name) ?? (inline.second && findIn(inline.second, name));
  if (isIndexed(context, directory)) return findIndexed(context, directory, name);
  const logical = names?.get(name.key);
  const block = logical === undefined ? undefined : blocks[logical];
  return block === undefined ? null : findIn(block, name);
}

/** ext4_dx_find_entry(): the leaf of the name's hash, and those after it that continue the same hash. */
function findIndexed(context: DirectoryContext, directory: Inode, name: Name): Found | null {
  const path = probe(context, directory, name);
  do {
    const found = findIn(blockOf(context, directory, leafOf(path)), name);
    if (found !== null) return found;
  } while (nextLeafOfHash(context, directory, path));
  return null;
}

function findIn(area: EntryArea, name: Name): Found | null {
  const offset = area.find(name);
  return offset < 0 ? null : { area, offset, ino: area.ino(offset) };
}
