import { listSearch } from '../list-search.ts';
import { normaliseRequest } from '../normalise.ts';
import { oneStreamGoal, perCpuStreamGoals, type KernelProfile } from '../profile.ts';
import { xarraySearch } from '../xarray-search.ts';

/** Linux 6.18 with the fixes of spring 2026 (read as of 6.18.35): the kernel that the mirror was written beside. */
export const linux618: KernelProfile = {
  name: 'linux-6.18',
  since: [6, 18, 21],
  streamGoals: perCpuStreamGoals,
  groupSearch: xarraySearch('all-files'),
  normalisation: { id: 'predicted-size', normalise: normaliseRequest },
  stripeFallsBack: true,
  coversRequestEnd: true,
  largeFolios: true,
  nolockForSmallBlocks: true,
  directWrites: {
    atomicWrites: 'one-extent',
    lookupShortens: false,
    checksBuffersFirst: false,
    errorsFallBack: false,
  },
  mapping: {
    splitting: 'zero-beside-data',
    caching: 'replaces',
    quietLookups: true,
    indirectHoles: 'forgotten',
    punchedHoles: 'cached',
  },
  data: {
    unwrittenCut: 'before',
    endZeroing: 'after',
    punching: { end: 'page', writesFirst: false, diskSize: 'to-hole' },
    partialFolio: 'is-written',
    inlineGrowth: 'moves-out',
  },
  directories: { splitFix: true },
};

/** The first releases of 6.18. */
export const linux6180: KernelProfile = {
  ...linux618,
  name: 'linux-6.18.0',
  since: [6, 18, 0],
  groupSearch: xarraySearch('extent-files'),
  mapping: { ...linux618.mapping, splitting: 'zero-all' },
  data: { ...linux618.data, inlineGrowth: 'stays' },
};

/** 6.17.4, October 2025, with the fixes of misaligned direct writes and of i_disksize before a hole. */
export const linux6174: KernelProfile = {
  ...linux6180,
  name: 'linux-6.17.4',
  since: [6, 17, 4],
  directWrites: { ...linux6180.directWrites, checksBuffersFirst: true },
};

/** Linux 6.17 as released: several stream goals, and groups searched by number. */
export const linux617: KernelProfile = {
  ...linux6174,
  name: 'linux-6.17',
  since: [6, 17, 0],
  directWrites: { ...linux6174.directWrites, errorsFallBack: true },
  data: { ...linux6174.data, punching: { ...linux6174.data.punching, diskSize: 'at-end' } },
};

/** Linux 6.16: large folios and RWF_ATOMIC on clusters, with the lists of before. */
export const linux616: KernelProfile = {
  ...linux617,
  name: 'linux-6.16',
  since: [6, 16, 0],
  streamGoals: oneStreamGoal,
  groupSearch: listSearch('drop-full-groups'),
};

/** Linux 6.19 as released. */
export const linux619: KernelProfile = {
  ...linux6180,
  name: 'linux-6.19',
  since: [6, 19, 0],
  data: { ...linux6180.data, punching: { ...linux6180.data.punching, end: 'block' } },
};

/** 6.19.11, April 2026, with the fixes that 6.18 has, too. */
export const linux61911: KernelProfile = {
  ...linux618,
  name: 'linux-6.19.11',
  since: [6, 19, 11],
  data: { ...linux618.data, punching: linux619.data.punching },
};
