import { assert } from '../../assert.ts';
import { blockHeaderBytes, btreeHeights, type BtreeHeights } from './btree-heights.ts';
import type { XfsGeometry } from './superblock.ts';

/**
 * Log space of the transaction that ends an atomic write in software: the new blocks are mapped in one chain of intents,
 * and how many fit decides how large the write may be (libxfs/xfs_trans_resv.c). All sizes in bytes.
 */
export interface AtomicReservation {
  /** The whole transaction (tr_atomic_ioend.tr_logres). */
  readonly wholeBytes: number;
  /** Rolls of the transaction that are reserved for at once (tr_logcount). */
  readonly rolls: number;
  /** Each extent that is remapped. */
  readonly perExtentBytes: number;
  /** The costliest single step that finishes an intent. */
  readonly stepBytes: number;
}

const operationHeaderBytes = 12; // struct xlog_op_header
const inodeFormatBytes = 56; // struct xfs_inode_log_format
const quotaBytes = (24 + 104) * 6; // XFS_DQUOT_LOGRES
const bufferOverheadBytes = 128; // xfs_buf_log_overhead()

/** xlog_item_space() of an intent or done item with one log vector. */
function itemBytes(formatBytes: number): number {
  return Math.ceil((formatBytes + 8 + operationHeaderBytes) / 8) * 8;
}

/** Log items of one extent each (libxfs/xfs_log_format.h). */
const item = {
  freeIntent: itemBytes(16 + 16),
  freeDone: itemBytes(16 + 16),
  ownerIntent: itemBytes(16 + 32),
  ownerDone: itemBytes(16),
  referenceIntent: itemBytes(16 + 16),
  referenceDone: itemBytes(16),
  mapIntent: itemBytes(16 + 32),
  mapDone: itemBytes(16),
};

/**
 * xfs_calc_atomic_write_ioend_geometry() and xfs_calc_default_atomic_ioend_reservation(): the default, which is the
 * reservation for truncating. Files on a realtime device are not modelled.
 */
export function defaultAtomicReservation(geometry: XfsGeometry): AtomicReservation {
  assert(geometry.realtimeBlocks === 0, 'a filesystem with a realtime device has other reservations');
  const heights = btreeHeights(geometry);
  const { reflink, reverseMapping } = geometry;
  return {
    wholeBytes: truncation(geometry, heights),
    rolls: 2 + Number(reflink || reverseMapping) + Number(reflink) + Number(reverseMapping),
    perExtentBytes: perExtent(),
    stepBytes: Math.max(
      freeing(geometry, heights, 1),
      reverseMapping ? freeing(geometry, heights, 1) : 0,
      counting(geometry, heights, 1),
      mapping(geometry, heights),
    ),
  };
}

function perExtent(): number {
  const { mapIntent, mapDone, referenceIntent, referenceDone, ownerIntent, ownerDone } = item;
  return Math.max(
    mapIntent + referenceIntent,
    mapDone + ownerIntent + referenceIntent + referenceDone,
    ownerDone + referenceIntent + referenceDone,
    referenceDone + item.freeIntent,
    item.freeDone,
    mapIntent + mapDone + referenceIntent + referenceDone,
  );
}

/** xfs_calc_buf_res(). */
function buffers(count: number, bytes: number): number {
  return count * (bytes + bufferOverheadBytes);
}

/** xfs_allocfree_block_count(). */
function freeSpaceBlocks(heights: BtreeHeights, extents: number): number {
  const owners = heights.reverseMapping > 0 ? extents * (2 * heights.reverseMapping - 1) : 0;
  return extents * 2 * (2 * heights.freeSpace - 1) + owners;
}

/** xfs_calc_finish_efi_reservation(). */
function freeing(geometry: XfsGeometry, heights: BtreeHeights, extents: number): number {
  const blocks = freeSpaceBlocks(heights, extents);
  return buffers(2 * extents + 1, geometry.sectorBytes) + buffers(blocks, geometry.blockBytes);
}

/** xfs_calc_finish_cui_reservation(). */
function counting(geometry: XfsGeometry, heights: BtreeHeights, operations: number): number {
  if (!geometry.reflink) return 0;
  const blocks = operations * (2 * heights.references - 1);
  return buffers(operations, geometry.sectorBytes) + buffers(blocks, geometry.blockBytes);
}

/** xfs_calc_inode_res() of one inode. */
function inode(geometry: XfsGeometry): number {
  const { long } = blockHeaderBytes(geometry.checksums);
  return 4 * operationHeaderBytes + inodeFormatBytes + geometry.inodeBytes + 2 * long;
}

/** xfs_calc_finish_bui_reservation(). */
function mapping(geometry: XfsGeometry, heights: BtreeHeights): number {
  return inode(geometry) + quotaBytes + buffers(heights.fileExtents + 1, geometry.blockBytes);
}

/** xfs_calc_itruncate_reservation(). */
function truncation(geometry: XfsGeometry, heights: BtreeHeights): number {
  return (
    quotaBytes +
    Math.max(
      inode(geometry) + buffers(heights.fileExtents + 1, geometry.blockBytes),
      freeing(geometry, heights, 4),
      counting(geometry, heights, 2),
    )
  );
}
