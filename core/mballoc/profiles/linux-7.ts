import type { KernelProfile } from '../profile.ts';
import { linux61911 } from './linux-6.18.ts';

/** Linux 7.0: extents are cut and then converted, and direct writes leave the cut to the conversion. */
export const linux70: KernelProfile = {
  ...linux61911,
  name: 'linux-7.0',
  since: [7, 0, 0],
  mapping: { ...linux61911.mapping, splitting: 'cut-then-convert', caching: 'agrees' },
  data: { ...linux61911.data, unwrittenCut: 'after' },
};

/** Linux 7.1. */
export const linux71: KernelProfile = {
  ...linux70,
  name: 'linux-7.1',
  since: [7, 1, 0],
  data: { ...linux70.data, endZeroing: 'before' },
};

/** Linux 7.2: as 7.1. */
export const linux72: KernelProfile = { ...linux71, name: 'linux-7.2', since: [7, 2, 0] };

/** Linux 7.3 (as of 7.3.4). */
export const linux73: KernelProfile = {
  ...linux72,
  name: 'linux-7.3',
  since: [7, 3, 0],
  mapping: { ...linux72.mapping, indirectHoles: 'cached' },
};
