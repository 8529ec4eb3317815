import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  decodeUtf8,
  openVolume,
  type ByteSource,
  type InodeRecord,
  type Volume,
} from '../../core/ext4/index.ts';
import { readThrough, recoveredExtents, type ByteExtent } from '../../core/torn/crash/index.ts';
import { extentFlags, fiemap } from '../../main/native/index.ts';

/** Everything about the files of a filesystem that a crash could change: a line of text for each path. */
export type Tree = ReadonlyMap<string, string>;

/** The tree of an ext4 that is not mounted: the journal is replayed in memory. */
export function treeInMemory(source: ByteSource): Tree {
  const volume = openVolume(source);
  volume.checkDescriptors();
  const orphans = new Set(volume.orphans());
  const tree = new Map<string, string>();
  const walk = (directory: InodeRecord, at: string): void => {
    for (const { name, ino } of volume.list(directory)) {
      const text = decodeUtf8(name);
      if (text === '.' || text === '..') continue;
      const inode = volume.inode(ino);
      const place = `${at}/${text}`;
      tree.set(place, inode.kind === 'directory' ? 'directory' : fileInMemory(volume, inode, orphans));
      if (inode.kind === 'directory') walk(inode, place);
    }
  };
  walk(volume.inode(2), '');
  return tree;
}

function fileInMemory(volume: Volume, inode: InodeRecord, orphans: ReadonlySet<number>): string {
  const { sizeBytes } = inode;
  if (inode.inlineData) return described(sizeBytes, [], volume.inlineData(inode));
  const extents = recoveredExtents(volume, inode, orphans);
  return described(sizeBytes, extents, readThrough(volume.source, { sizeBytes, extents }, 0, sizeBytes));
}

/** The tree of a mounted filesystem, through the kernel. */
export async function mountedTree(root: string): Promise<Tree> {
  const tree = new Map<string, string>();
  const walk = async (at: string): Promise<void> => {
    for (const name of readdirSync(path.join(root, at))) {
      const place = `${at}/${name}`;
      const isDirectory = lstatSync(path.join(root, place)).isDirectory();
      tree.set(place, isDirectory ? 'directory' : await mountedFile(path.join(root, place)));
      if (isDirectory) await walk(place);
    }
  };
  await walk('');
  return tree;
}

async function mountedFile(file: string): Promise<string> {
  const descriptor = openSync(file, 'r');
  try {
    const { logicalBytes, physicalBytes, lengthBytes, flags } = await fiemap(descriptor);
    const extents = Array.from(logicalBytes, (logical, i) => ({
      logical: Number(logical),
      physical: Number(physicalBytes[i]),
      length: Number(lengthBytes[i]),
      unwritten: ((flags[i] ?? 0) & extentFlags.unwritten) !== 0,
    }));
    const isInline = ((flags[0] ?? 0) & extentFlags.inline) !== 0;
    const bytes = readFileSync(file);
    return described(bytes.length, isInline ? [] : extents, bytes);
  } finally {
    closeSync(descriptor);
  }
}

function described(sizeBytes: number, extents: readonly ByteExtent[], bytes: Uint8Array): string {
  const places = extents.map(({ logical, physical, length, unwritten }) => {
    return `${logical}+${length}@${physical}${unwritten ? 'u' : ''}`;
  });
  return `${sizeBytes} bytes ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)} ${places.join(' ')}`;
}

/** The paths that differ, with both sides; empty where the trees agree. */
export function treeDifferences(one: Tree, other: Tree): string[] {
  const paths = [...new Set([...one.keys(), ...other.keys()])].sort();
  return paths.flatMap((place) => {
    const [left, right] = [one.get(place), other.get(place)];
    return left === right
      ? []
      : [`${place}: in memory ${left ?? 'not there'}; mounted ${right ?? 'not there'}`];
  });
}
