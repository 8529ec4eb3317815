/**
 * Names, directories and inodes: the mirror of fs/ext4/namei.c, ialloc.c, hash.c, dir.c and the directories of inline.c.
 */
import type { Volume } from '../../ext4/index.ts';
import type { Filesystem } from '../filesystem.ts';
import { MirrorNamespace } from './namespace.ts';

export type { MirrorNamespace } from './namespace.ts';

/**
 * The namespace of a filesystem that was just mounted from `volume`. `fs` may still be incomplete: its parts are asked
 * only once a path is used. `base` is the inode number of the directory that paths begin at; the root if left out.
 */
export function createNamespace(fs: Filesystem, volume: Volume, base?: number): MirrorNamespace {
  return new MirrorNamespace(fs, volume, base);
}
