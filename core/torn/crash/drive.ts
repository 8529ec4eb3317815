import { sectorBytes, type LoggedWrite } from './log.ts';

/**
 * What a drive promises, as far as a crash can show it.
 * A write that lies within one atomic unit and within the boundary's pieces is there whole or not at all (NVM Command
 * Set specification, AWUPF/NAWUPF and NABSPF; SBC-5, atomic write length and boundary); a longer one may be cut at any
 * logical block. Zeroings are never promised whole.
 */
export interface DriveModel {
  /** The least that is never cut: a multiple of 512. */
  readonly logicalBlockBytes: number;
  /** Writes up to this long are not cut; the logical block's length where nothing more is promised. */
  readonly atomicUnitBytes: number;
  /** Writes that cross a multiple of this are not promised whole; 0: there is no such boundary. */
  readonly atomicBoundaryBytes: number;
  /** Whether what was answered may still be lost until a flush; where not, only what is in flight can be. */
  readonly volatileCache: boolean;
}

/** A disk of which nothing is known but its sectors. */
export const plainDrive: DriveModel = {
  logicalBlockBytes: sectorBytes,
  atomicUnitBytes: sectorBytes,
  atomicBoundaryBytes: 0,
  volatileCache: true,
};

/** What a drive's promises about a write depend on. */
export type AskedWrite = Pick<LoggedWrite, 'at' | 'lengthBytes' | 'data'>;

/** Whether a crash may leave a part of the write. */
export function mayTear(drive: DriveModel, { at, lengthBytes, data }: AskedWrite): boolean {
  if (lengthBytes <= drive.logicalBlockBytes) return false;
  if (data === null || lengthBytes > drive.atomicUnitBytes) return true;
  const boundary = drive.atomicBoundaryBytes;
  if (boundary === 0) return false;
  return Math.floor(at / boundary) !== Math.floor((at + lengthBytes - 1) / boundary);
}

/** The sectors of a write at which it may be cut, counted from its start: between logical blocks, ends left out. */
export function cutsOf(drive: DriveModel, write: AskedWrite): number[] {
  if (!mayTear(drive, write)) return [];
  const block = drive.logicalBlockBytes;
  const cuts: number[] = [];
  const first = (Math.floor(write.at / block) + 1) * block;
  for (let at = first; at < write.at + write.lengthBytes; at += block)
    cuts.push((at - write.at) / sectorBytes);
  return cuts;
}
