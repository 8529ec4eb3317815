/**
 * Names, directories and inodes: the mirror of fs/ext4/namei.c, ialloc.c, hash.c, dir.c and the directories of inline.c.
 */
import type { Volume } from '../../ext4/index.ts';
import type { Filesystem } from '../filesystem.ts';
import { MirrorNamespace, type NamespaceOptions } from './namespace.ts';

export { rootNameHash } from './root-names.ts';
export type { MirrorNamespace, NamespaceOptions } from './namespace.ts';

/**
 * The namespace of a filesystem that was just mounted from `volume`. `fs` may still be incomplete: its parts are asked
 * only once a path is used.
 */
export function createNamespace(
  fs: Filesystem,
  volume: Volume,
  options: NamespaceOptions = {},
): MirrorNamespace {
  return new MirrorNamespace(fs, volume, options);
}
