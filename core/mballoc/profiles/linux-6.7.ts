import { listSearch } from '../list-search.ts';
import { normaliseRequest } from '../normalise.ts';
import { oneStreamGoal, type KernelProfile } from '../profile.ts';

/** Linux 6.7, which the RFC was written for: no RWF_ATOMIC on any file. */
export const linux67: KernelProfile = {
  name: 'linux-6.7',
  since: [6, 7, 0],
  streamGoals: oneStreamGoal,
  groupSearch: listSearch('keep-full-groups'),
  normalisation: { id: 'predicted-size', normalise: normaliseRequest },
  stripeFallsBack: false,
  coversRequestEnd: false,
  largeFolios: false,
  nolockForSmallBlocks: false,
  directWrites: {
    atomicWrites: 'none',
    lookupShortens: true,
    checksBuffersFirst: true,
    errorsFallBack: false,
  },
  mapping: {
    splitting: 'zero-all',
    caching: 'replaces',
    quietLookups: false,
    indirectHoles: 'forgotten',
    punchedHoles: 'forgotten',
  },
  data: {
    unwrittenCut: 'before',
    endZeroing: 'none',
    punching: { end: 'next-page', writesFirst: true, diskSize: 'at-end' },
    partialFolio: 'waits',
    inlineGrowth: 'stays',
  },
  directories: { splitFix: false },
};

/**
 * Linux 6.7 with patches 1 to 4 and 6 of "ext4: Allocator changes for atomic write support with DIO" (Ojaswin Mujoo,
 * 30 November 2023). Everything else of it hangs on `hints.aligned`, which these direct writes alone set.
 */
export const rfc202311: KernelProfile = {
  ...linux67,
  name: 'rfc-2023-11',
  directWrites: { ...linux67.directWrites, atomicWrites: 'aligned' },
};
