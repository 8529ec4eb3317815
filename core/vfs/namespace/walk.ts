import { assert } from '../../assert.ts';
import { Refused } from '../../errno.ts';
import { encodeUtf8 } from '../../ext4/index.ts';
import type { Inode } from '../inode.ts';
import { longestNameBytes, nameOfBytes, type Name } from './directory/name.ts';

/** The longest path that the kernel takes, in bytes, without its final zero (PATH_MAX). */
const longestPathBytes = 4095;

/** Finds the inode that a directory's entry names; null where there is no such entry. */
export type LookUp = (directory: Inode, name: Name) => Inode | null;

/** A path's last part and the directory that it is in. */
export interface Place {
  readonly directory: Inode;
  readonly name: Name;
}

/**
 * Walks to the directory that the path's last part is in (fs/namei.c: link_path_walk()). Links are not followed.
 * ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG.
 */
export function walk(base: Inode, path: string, lookUp: LookUp): Place {
  const names = split(path);
  const last = names.pop();
  assert(last !== undefined, 'a path has at least one part');
  let directory = base;
  for (const name of names) {
    const next = step(directory, name, lookUp);
    if (next === null) throw new Refused('ENOENT', `${path}: no directory on the way`);
    if (next.kind === 'link') throw new Refused('ELOOP', `${path}: a link on the way`);
    if (next.kind !== 'directory') throw new Refused('ENOTDIR', `${path}: a file on the way`);
    directory = next;
  }
  return { directory, name: last };
}

/** Looks one name up (ext4_lookup()). ENAMETOOLONG. */
export function step(directory: Inode, name: Name, lookUp: LookUp): Inode | null {
  if (name.bytes.length > longestNameBytes) {
    throw new Refused(
      'ENAMETOOLONG',
      `a name of ${name.bytes.length} bytes; ${longestNameBytes} are allowed`,
    );
  }
  return lookUp(directory, name);
}

function split(path: string): Name[] {
  const names = path.split('/').map((part) => nameOfBytes(encodeUtf8(part)));
  const bytes = names.reduce((total, name) => total + name.bytes.length + 1, -1);
  if (bytes > longestPathBytes) throw new Refused('ENAMETOOLONG', `a path of ${bytes} bytes`);
  for (const { key } of names)
    assert(key !== '' && key !== '.' && key !== '..', 'paths are relative and plain');
  return names;
}
