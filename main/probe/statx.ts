import { statx } from '../native/index.ts';
import type { StatxFacts } from './passport.ts';

/** STATX_ATTR_* of linux/stat.h. */
const attribute = { encrypted: 0x800n, verity: 0x100000n, dax: 0x200000n };

/** Asks statx(2) about a path, links followed. */
export async function askStatx(path: string): Promise<StatxFacts> {
  const facts = await statx(path);
  const has = (bit: bigint) =>
    (facts.attributesMask & bit) === 0n ? 'unknown' : (facts.attributes & bit) !== 0n;
  return {
    direct: facts.hasDirectAlignment
      ? { memoryAlignBytes: facts.directMemoryAlignBytes, offsetAlignBytes: facts.directOffsetAlignBytes }
      : null,
    atomic: facts.hasAtomicWrite
      ? {
          unitMinBytes: facts.atomicUnitMinBytes,
          unitMaxBytes: facts.atomicUnitMaxBytes,
          unitMaxOptBytes: facts.atomicUnitMaxOptBytes,
          segmentsMax: facts.atomicSegmentsMax,
        }
      : null,
    attributes: {
      dax: has(attribute.dax),
      verity: has(attribute.verity),
      encrypted: has(attribute.encrypted),
    },
  };
}
