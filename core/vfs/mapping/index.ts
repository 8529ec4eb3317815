/**
 * Where a file's blocks are: extent trees, block maps, and delayed blocks. The face of the folder is
 * {@link createMapping}; the rest of core/vfs talks to what it returns.
 */
import type { BlockMapping } from '../filesystem.ts';
import type { MappingBehaviour } from './behaviour.ts';
import type { Mount } from './file.ts';
import type { MappingLoader } from './load.ts';
import { InodeMapping } from './mapping.ts';

export type { MappingBehaviour } from './behaviour.ts';
export type { Mount } from './file.ts';
export type { MappingLoader } from './load.ts';

/**
 * The block mapping of a mounted filesystem. `mount` may be an object that is still being put together: its parts are
 * asked for only when a method is called. `loader` reads what is on disk, at an inode's first use.
 */
export function createMapping(
  mount: Mount,
  loader: MappingLoader,
  behaviour: MappingBehaviour,
): BlockMapping {
  return new InodeMapping(mount, loader, behaviour);
}
