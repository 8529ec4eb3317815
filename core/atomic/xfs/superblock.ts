import type { ByteSource } from '../../ext4/source.ts';

/** The part of an XFS superblock that limits atomic writes (fs/xfs/libxfs/xfs_format.h, struct xfs_dsb). */
export interface XfsGeometry {
  readonly blockBytes: number;
  readonly sectorBytes: number;
  readonly inodeBytes: number;
  readonly groupBlocks: number;
  readonly groupCount: number;
  readonly dataBlocks: number;
  readonly freeDataBlocks: number;
  readonly realtimeBlocks: number;
  /** Blocks of a realtime group; 0 where the realtime section has no groups (they come with the metadir feature). */
  readonly realtimeGroupBlocks: number;
  readonly logBlocks: number;
  /** Log stripe unit in bytes; 0 and 1 mean none. */
  readonly logStripeBytes: number;
  /** Names are folded to lower case by the `asciici` feature. */
  readonly asciiCaseInsensitive: boolean;
  /** Block headers with checksums: version 5. */
  readonly checksums: boolean;
  readonly reflink: boolean;
  readonly reverseMapping: boolean;
  /** nrext64: counts of extents that need 48 bits. */
  readonly largeExtentCounts: boolean;
}

const magic = 0x58465342; // "XFSB"
const superblockBytes = 280;
const versionMask = 0x000f;
const asciiCaseBit = 0x4000;
const readOnlyCompatible = { reverseMapping: 2, reflink: 4 };
const incompatible = { largeExtentCounts: 32, metadataDirectory: 256 };

/** Reads the primary superblock; null where `source` does not begin with one. */
export function readXfsGeometry(source: ByteSource): XfsGeometry | null {
  if (source.sizeBytes < superblockBytes) return null;
  const bytes = source.read(0, superblockBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== magic) return null;
  const version = view.getUint16(100);
  const checksums = (version & versionMask) === 5;
  const roCompat = checksums ? view.getUint32(212) : 0;
  const incompat = checksums ? view.getUint32(216) : 0;
  return {
    blockBytes: view.getUint32(4),
    dataBlocks: Number(view.getBigUint64(8)),
    realtimeBlocks: Number(view.getBigUint64(16)),
    // sb_rgextents of sb_rextsize blocks each
    realtimeGroupBlocks:
      (incompat & incompatible.metadataDirectory) === 0 ? 0 : view.getUint32(276) * view.getUint32(80),
    groupBlocks: view.getUint32(84),
    groupCount: view.getUint32(88),
    logBlocks: view.getUint32(96),
    sectorBytes: view.getUint16(102),
    inodeBytes: view.getUint16(104),
    freeDataBlocks: Number(view.getBigUint64(144)),
    logStripeBytes: view.getUint32(196),
    asciiCaseInsensitive: (version & asciiCaseBit) !== 0,
    checksums,
    reflink: (roCompat & readOnlyCompatible.reflink) !== 0,
    reverseMapping: (roCompat & readOnlyCompatible.reverseMapping) !== 0,
    largeExtentCounts: (incompat & incompatible.largeExtentCounts) !== 0,
  };
}
