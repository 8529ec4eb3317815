import type { Mapped } from '../filesystem.ts';

/** EXT4_MAP_*: what a lookup or an allocation found out about its blocks. */
export const found = {
  isNew: 1,
  mapped: 2,
  unwritten: 4,
  delayed: 8,
  lastInLeaf: 16,
} as const;

/** struct ext4_map_blocks: the question on the way in, the answer on the way out. */
export class MapRequest {
  readonly logical: number;
  length: number;
  physical = 0;
  /** Sum of {@link found}. */
  flags = 0;

  /** A question about `length` blocks from `logical` on. */
  constructor(logical: number, length: number) {
    this.logical = logical;
    this.length = length;
  }
}

/** The answer as the rest of core/vfs sees it. */
export function answerOf(request: MapRequest): Mapped {
  const { flags, length, physical } = request;
  const isNew = (flags & found.isNew) !== 0;
  if (flags & found.delayed) return { state: 'delayed', physical: 0, length, isNew };
  if (flags & found.unwritten) return { state: 'unwritten', physical, length, isNew };
  if (flags & found.mapped) return { state: 'written', physical, length, isNew };
  return { state: 'hole', physical: 0, length, isNew };
}
