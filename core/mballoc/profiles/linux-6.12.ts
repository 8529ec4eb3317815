import { listSearch } from '../list-search.ts';
import { xarraySearch } from '../xarray-search.ts';
import type { KernelProfile } from '../profile.ts';
import { linux67 } from './linux-6.7.ts';

/** Linux 6.12 as released. */
export const linux612: KernelProfile = {
  ...linux67,
  name: 'linux-6.12',
  since: [6, 12, 0],
  stripeFallsBack: true,
  coversRequestEnd: true,
  nolockForSmallBlocks: true,
  mapping: { ...linux67.mapping, punchedHoles: 'cached' },
};

/** 6.12.43, summer 2025: fixes of directories (6.12.24), of fallocate (6.12.41) and of the lists that groups stand in. */
export const linux61243: KernelProfile = {
  ...linux612,
  name: 'linux-6.12.43',
  since: [6, 12, 43],
  groupSearch: listSearch('drop-full-groups'),
  data: {
    ...linux612.data,
    endZeroing: 'after',
    punching: { end: 'page', writesFirst: false, diskSize: 'at-end' },
  },
  directories: { splitFix: true },
};

/**
 * 6.12.80, spring 2026: the group search of 6.17 (6.12.77) with the one stream goal of 6.12, and the fixes of split
 * extents (6.12.75 to 6.12.77) and of inline data. Debian's 6.12.90, 6.12.94 and 6.12.107 are of this kind.
 */
export const linux61280: KernelProfile = {
  ...linux61243,
  name: 'linux-6.12.80',
  since: [6, 12, 80],
  groupSearch: xarraySearch('all-files'),
  mapping: { ...linux61243.mapping, splitting: 'zero-beside-data' },
  data: {
    ...linux61243.data,
    punching: { ...linux61243.data.punching, diskSize: 'to-hole' },
    inlineGrowth: 'moves-out',
  },
};

/** 6.12.117, November 2026. */
export const linux612117: KernelProfile = {
  ...linux61280,
  name: 'linux-6.12.117',
  since: [6, 12, 117],
  mapping: { ...linux61280.mapping, indirectHoles: 'cached' },
};
