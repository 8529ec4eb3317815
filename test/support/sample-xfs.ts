import type { XfsGeometry } from '../../core/atomic/index.ts';

/** What mkfs.xfs 6.1 makes of 512 MiB. */
export const sampleXfsGeometry: XfsGeometry = {
  blockBytes: 4096,
  sectorBytes: 512,
  inodeBytes: 512,
  groupBlocks: 32768,
  groupCount: 4,
  dataBlocks: 131072,
  freeDataBlocks: 114000,
  realtimeBlocks: 0,
  realtimeGroupBlocks: 0,
  logBlocks: 16384,
  logStripeBytes: 0,
  asciiCaseInsensitive: false,
  checksums: true,
  reflink: true,
  reverseMapping: false,
  largeExtentCounts: false,
};
