import type { Volume } from '../../core/ext4/index.ts';

/** A block group in the terms of dumpe2fs(8). Ranges are inclusive, as it prints them. */
export interface GroupFacts {
  readonly group: number;
  readonly checksum: number | null;
  readonly flags: readonly string[];
  /** Blocks of superblock, descriptors and reserved descriptors. */
  readonly baseMetaBlocks: number;
  readonly blockBitmap: number;
  readonly blockBitmapChecksum: number | null;
  readonly inodeBitmap: number;
  readonly inodeBitmapChecksum: number | null;
  readonly inodeTable: readonly [number, number];
  readonly freeClusters: number;
  readonly freeInodes: number;
  readonly directories: number;
  readonly unusedInodes: number;
  readonly freeBlockRanges: readonly string[];
  readonly freeInodeRanges: readonly string[];
}

/** Value of a line `label: value` of dumpe2fs's header; null where there is none. */
export function headerValue(text: string, label: string): string | null {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${label}:`));
  return line === undefined ? null : line.slice(label.length + 1).trim();
}

/** The groups of a `dumpe2fs` report. */
export function parseGroups(text: string): GroupFacts[] {
  const parts = text.split(/^(?=Group \d+: )/m).filter((part) => part.startsWith('Group '));
  return parts.map((part) => parseGroup(part));
}

function parseGroup(part: string): GroupFacts {
  const number = (pattern: RegExp): number | null => {
    const found = pattern.exec(part)?.[1];
    return found === undefined ? null : Number(found);
  };
  const needed = (pattern: RegExp): number => {
    const found = number(pattern);
    if (found === null) throw new Error(`${String(pattern)} is not in\n${part}`);
    return found;
  };
  const length = (pattern: RegExp): number => {
    const found = pattern.exec(part);
    return found === null ? 0 : Number(found[2] ?? found[1]) - Number(found[1]) + 1;
  };
  const list = (label: string): string[] => {
    const found = new RegExp(`^ {2}${label}: (.*)$`, 'm').exec(part)?.[1]?.trim() ?? '';
    return found === '' ? [] : found.split(', ');
  };
  const table = /Inode table at (\d+)-(\d+)/.exec(part);
  return {
    group: needed(/^Group (\d+):/),
    checksum: number(/^Group .* csum (0x[0-9a-f]+)/),
    flags: (/\[([A-Z_, ]+)\]/.exec(part)?.[1] ?? '').split(', ').filter((flag) => flag !== ''),
    baseMetaBlocks:
      length(/superblock at (\d+)/) +
      length(/Group descriptors? at (\d+)(?:-(\d+))?/) +
      length(/Reserved GDT blocks at (\d+)(?:-(\d+))?/),
    blockBitmap: needed(/Block bitmap at (\d+)/),
    blockBitmapChecksum: number(/Block bitmap at .* csum (0x[0-9a-f]+)/),
    inodeBitmap: needed(/Inode bitmap at (\d+)/),
    inodeBitmapChecksum: number(/Inode bitmap at .* csum (0x[0-9a-f]+)/),
    inodeTable: [Number(table?.[1]), Number(table?.[2])],
    freeClusters: needed(/(\d+) free (?:blocks|clusters)/),
    freeInodes: needed(/(\d+) free inodes/),
    directories: needed(/(\d+) directories/),
    unusedInodes: number(/(\d+) unused inodes/) ?? 0,
    freeBlockRanges: list('Free blocks'),
    freeInodeRanges: list('Free inodes'),
  };
}

/** The same facts from our reader. */
export function groupFactsOf(volume: Volume, group: number): GroupFacts {
  const { geometry } = volume;
  const { features, clusterRatio } = geometry;
  const descriptor = volume.descriptor(group);
  const checksums = features.metadataCsum || features.uninitBg;
  const bitmapChecksums = features.metadataCsum;
  const first = geometry.firstDataBlock + group * geometry.blocksPerGroup;
  const inodeFirst = group * geometry.inodesPerGroup + 1;
  return {
    group,
    checksum: checksums ? descriptor.checksum : null,
    flags: [
      ...(descriptor.inodeUninit ? ['INODE_UNINIT'] : []),
      ...(descriptor.blockUninit ? ['BLOCK_UNINIT'] : []),
      ...(descriptor.inodeZeroed ? ['ITABLE_ZEROED'] : []),
    ],
    baseMetaBlocks: volume.baseMetaBlocks(group),
    blockBitmap: descriptor.blockBitmap,
    blockBitmapChecksum: bitmapChecksums ? descriptor.blockBitmapChecksum : null,
    inodeBitmap: descriptor.inodeBitmap,
    inodeBitmapChecksum: bitmapChecksums ? descriptor.inodeBitmapChecksum : null,
    inodeTable: [descriptor.inodeTable, descriptor.inodeTable + geometry.inodeTableBlocksPerGroup - 1],
    freeClusters: descriptor.freeClusters,
    freeInodes: descriptor.freeInodes,
    directories: descriptor.usedDirectories,
    unusedInodes: descriptor.unusedInodes,
    freeBlockRanges: clearRanges(volume.blockBitmap(group), geometry.clustersPerGroup, first, clusterRatio),
    freeInodeRanges: clearRanges(volume.inodeBitmap(group), geometry.inodesPerGroup, inodeFirst, 1),
  };
}

/** dumpe2fs names a range of clusters by its first and last block in 1.47.2; in 1.47.0, as {@link clearRanges} does. */
export function namedByClusters(range: string, clusterRatio: number): string {
  const [first = NaN, last = first] = range.split('-').map(Number);
  const lastCluster = first + Math.floor((last - first) / clusterRatio) * clusterRatio;
  return first === lastCluster ? `${first}` : `${first}-${lastCluster}`;
}

/** Ranges of clusters, named by the first block of the first and of the last one. */
function clearRanges(bits: Uint8Array, count: number, first: number, step: number): string[] {
  const ranges: string[] = [];
  const isClear = (bit: number): boolean => bit < count && (((bits[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 0;
  for (let bit = 0; bit < count; bit++) {
    if (!isClear(bit)) continue;
    const start = bit;
    while (isClear(bit + 1)) bit++;
    ranges.push(start === bit ? `${first + start * step}` : `${first + start * step}-${first + bit * step}`);
  }
  return ranges;
}
