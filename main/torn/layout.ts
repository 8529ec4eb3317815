import { constants } from 'node:fs';
import { open, statfs } from 'node:fs/promises';
import type { StampedLayout } from '../../core/torn/index.ts';
import { extentFlags, fiemap, isSystemCallError } from '../native/index.ts';

/** A file in more pieces is no picture for anybody, and would make its record large. */
const extentsMost = 100_000;
const sectorBytes = 512;
/** Extents that lie nowhere in particular. */
const placeless =
  extentFlags.unknown | extentFlags.delayedAllocation | extentFlags.encoded | extentFlags.inline;

/** Where a file lies on its device; null where its filesystem does not tell (tmpfs), or it is in too many pieces. */
export async function stampedLayout(path: string): Promise<StampedLayout | null> {
  const file = await open(path, constants.O_RDONLY);
  try {
    const found = await fiemap(file.fd);
    if (found.flags.length > extentsMost) return null;
    const rows = Array.from(found.flags, (flags, index) => ({
      numbers: [found.logicalBytes[index], found.physicalBytes[index], found.lengthBytes[index]].map(Number),
      flags,
    })).filter(({ flags }) => (flags & placeless) === 0);
    const usual = (await statfs(path)).bsize;
    const isWhole = rows.every(({ numbers }) => numbers.every((bytes) => bytes % usual === 0));
    const blockBytes = isWhole ? usual : sectorBytes;
    const extents = rows.flatMap(({ numbers, flags }) => [
      ...numbers.map((bytes) => Math.floor(bytes / blockBytes)),
      (flags & extentFlags.unwritten) === 0 ? 0 : 1,
    ]);
    return { blockBytes, extents };
  } catch (error) {
    if (isSystemCallError(error)) return null;
    throw error;
  } finally {
    await file.close();
  }
}
