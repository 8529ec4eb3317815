import type { MappedFile } from '../file.ts';
import { recordStatus } from './reservation.ts';
import type { RunState } from './runs.ts';
import type { StatusTree } from './status-tree.ts';

type CachedState = Exclude<RunState, 'delayed'>;

/** Puts what a lookup found on disk into the status cache, as the kernel's line does it ({@link MappedFile.behaviour}). */
export function cacheStatus(
  file: MappedFile,
  logical: number,
  length: number,
  physical: number,
  state: CachedState,
): void {
  if (file.behaviour.caching === 'replaces') recordStatus(file, logical, length, physical, state);
  else cacheAgreeing(file.status, logical, length, physical, state);
}

/**
 * Caches a run unless some of its blocks are known to be in another state: then those before the first such block are
 * forgotten, and nothing is added (extents_status.c: ext4_es_cache_extent() since 7.0).
 */
export function cacheAgreeing(
  status: StatusTree,
  logical: number,
  length: number,
  physical: number,
  state: CachedState,
): void {
  if (length === 0) return;
  const last = logical + length - 1;
  const known = status.find(logical, last, () => true);
  if (known !== null && known.logical <= last) {
    if (known.logical <= logical && known.logical + known.length > last) return;
    const other = status.find(logical, last, (its) => its !== state);
    if (other !== null && other.logical <= last) {
      if (other.logical > logical) status.remove(logical, other.logical - 1);
      return;
    }
    status.remove(logical, last);
  }
  status.add(logical, length, physical, state);
}
