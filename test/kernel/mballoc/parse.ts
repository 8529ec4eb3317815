import { parseTraceLine } from '../../../core/experiment/decisions/index.ts';
import type { KernelEvent } from '../../../core/mballoc/index.ts';

/** What a line of the recording says: an event of the allocator, or something that it must be told. */
export type Recorded =
  | { readonly kind: 'event'; readonly event: KernelEvent }
  | { readonly kind: 'marker'; readonly text: string }
  | { readonly kind: 'commit-starts' | 'committed' }
  | { readonly kind: 'new-inode'; readonly ino: number }
  | { readonly kind: 'reserve' | 'release'; readonly clusters: number };

/** Null for lines that tell nothing here. */
export function parseLine(line: string): Recorded | null {
  const said = parseTraceLine(line)?.said;
  if (said?.kind === 'event' || said?.kind === 'marker') return said;
  const match = /: (\w+): (.*)$/.exec(line);
  if (match === null) return null;
  const [, name, rest] = match;
  const number = (key: string) => Number(new RegExp(`(?:^| )${key}:? (-?\\d+)`).exec(rest)?.[1] ?? NaN);
  switch (name) {
    case 'jbd2_commit_flushing':
      return { kind: 'commit-starts' };
    case 'jbd2_end_commit':
      return { kind: 'committed' };
    case 'ext4_allocate_inode':
      return { kind: 'new-inode', ino: number('ino') };
    case 'ext4_da_reserve_space':
      return { kind: 'reserve', clusters: number('reserve_blocks') };
    case 'ext4_da_release_space':
      return { kind: 'release', clusters: number('freed_blocks') };
    case 'ext4_da_update_reserve_space':
      return { kind: 'release', clusters: number('used_blocks') };
    default:
      return null;
  }
}
