import type { DirectoryBlock } from '../../../core/ext4/directory.ts';
import type { DirectoryEntry } from '../../../core/ext4/directory-entries.ts';
import { inodeFlags, type Volume } from '../../../core/ext4/index.ts';
import type { Inode, MountedFilesystem } from '../../../core/vfs/index.ts';
import type { EntryArea } from '../../../core/vfs/namespace/directory/entries.ts';
import { nodePairs, rootPairs } from '../../../core/vfs/namespace/directory/index-node.ts';

/** What was compared, so that a test can say that it was not nothing. */
export interface Compared {
  readonly directories: number;
  readonly blocks: number;
  readonly indexed: number;
  readonly inline: number;
}

/**
 * Compares the directories of the mirror with those that the kernel left on the disk: every entry with its place, the
 * hash index, where the blocks lie, sizes, links and flags. Throws at the first difference.
 */
export function compareDirectories(mirror: MountedFilesystem, disk: Volume): Compared {
  const compared = { directories: 0, blocks: 0, indexed: 0, inline: 0 };
  const visit = (ino: number, path: string): void => {
    compared.directories++;
    const record = disk.inode(ino);
    const inode = mirror.namespace.inode(ino);
    same(path, 'inode', aboutInode(inode), aboutInode(record));
    const places = record.inlineData ? [] : disk.extents(record);
    same(
      path,
      'places',
      record.inlineData ? [] : mirror.mapping.extents(inode).map(placeOf),
      places.map(placeOf),
    );
    const areas = mirror.namespace.areasOf(inode);
    for (const block of disk.directoryBlocks(record)) {
      const area = areas[block.logical];
      if (area === undefined && block.bytes.length === 0) continue;
      if (area === undefined) throw new Error(`${path}: the mirror has no block ${String(block.logical)}`);
      const where = `block ${String(block.logical)}`;
      same(
        path,
        where,
        block.entries.map((entry) => entryAt(area, entry.offset)),
        block.entries.map(textOf),
      );
      same(path, `index in ${where}`, indexOf(area, block.kind), block.index?.entries.map(pairText) ?? []);
      compared.blocks++;
      if (block.index !== null) compared.indexed++;
      if (block.kind === 'inline') compared.inline++;
      for (const entry of block.entries)
        if (isChild(entry)) visit(entry.ino, `${path}/${nameText(entry.name)}`);
    }
  };
  const isChild = ({ ino, name }: DirectoryEntry): boolean =>
    ino !== 0 && !['.', '..'].includes(nameText(name)) && disk.inode(ino).kind === 'directory';
  visit(2, '');
  return compared;
}

/** Free inodes as the groups' descriptors count them. */
export function freeInodesOnDisk(disk: Volume): number {
  const groups = Array.from(
    { length: disk.geometry.groupCount },
    (_, group) => disk.descriptor(group).freeInodes,
  );
  return groups.reduce((sum, free) => sum + free, 0);
}

function same(path: string, what: string, mirror: unknown, kernel: unknown): void {
  const [predicted, actual] = [JSON.stringify(mirror), JSON.stringify(kernel)];
  if (predicted !== actual) throw new Error(`${path}/: ${what}: mirror ${predicted}, kernel ${actual}`);
}

function aboutInode({ sizeBytes, links, inlineData, usesExtents, flags }: Pick<Inode, AboutInode>): object {
  return { sizeBytes, links, inlineData, usesExtents, indexed: (flags & inodeFlags.index) !== 0 };
}
type AboutInode = 'sizeBytes' | 'links' | 'inlineData' | 'usesExtents' | 'flags';

function placeOf({
  logical,
  physical,
  length,
}: {
  logical: number;
  physical: number;
  length: number;
}): number[] {
  return [logical, physical, length];
}

function entryAt(area: EntryArea, offset: number): string {
  return textOf({
    ino: area.ino(offset),
    recordLength: area.recordLength(offset),
    fileType: area.fileType(offset),
    name: area.nameBytes(offset),
    offset,
  });
}

function textOf({ offset, ino, recordLength, fileType, name }: DirectoryEntry): string {
  return `${[offset, ino, recordLength, fileType].join(' ')} ${nameText(name)}`;
}

function indexOf(area: EntryArea, kind: DirectoryBlock['kind']): string[] {
  if (kind !== 'root' && kind !== 'node') return [];
  const pairs = kind === 'root' ? rootPairs(area) : nodePairs(area);
  return Array.from({ length: pairs.count }, (_, at) =>
    pairText({ hash: at === 0 ? 0 : pairs.hash(at), block: pairs.blockAt(at) }),
  );
}

function pairText({ hash, block }: { hash: number; block: number }): string {
  return `${String(hash)}→${String(block)}`;
}

function nameText(name: Uint8Array): string {
  return Buffer.from(name).toString();
}
