import { statx } from '../native/index.ts';
import type { StatxFacts } from './passport.ts';

/** Asks statx(2) about a path, links followed. */
export async function askStatx(path: string): Promise<StatxFacts> {
  const facts = await statx(path);
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
  };
}
