import { InputError } from '../failure.ts';
import { isSystemCallError, statx, type FileFacts } from '../native/index.ts';

/** statx(2)'s fields, raw; numbers that may pass 2^53 and bit sets are hexadecimal or decimal text. */
export interface StatxReport {
  readonly path: string;
  readonly stx_mask: string;
  readonly stx_blksize: number;
  readonly stx_attributes: string;
  readonly stx_attributes_mask: string;
  readonly stx_nlink: number;
  readonly stx_uid: number;
  readonly stx_gid: number;
  readonly stx_mode: string;
  readonly stx_ino: string;
  readonly stx_size: string;
  readonly stx_blocks: string;
  readonly stx_atime: string;
  readonly stx_btime: string;
  readonly stx_ctime: string;
  readonly stx_mtime: string;
  readonly stx_rdev: string;
  readonly stx_dev: string;
  readonly stx_mnt_id: string;
  readonly stx_dio_mem_align: number;
  readonly stx_dio_offset_align: number;
  readonly stx_dio_read_offset_align: number;
  readonly stx_atomic_write_unit_min: number;
  readonly stx_atomic_write_unit_max: number;
  readonly stx_atomic_write_unit_max_opt: number;
  readonly stx_atomic_write_segments_max: number;
  /** STATX_ATTR_WRITE_ATOMIC in stx_attributes. */
  readonly writeAtomic: boolean;
}

/** STATX_ATTR_WRITE_ATOMIC of linux/stat.h. */
const writeAtomicAttribute = 0x400000n;

/** What statx(2) says of a path, links followed, and nothing concluded. Throws InputError where it refuses. */
export async function statxReport(path: string): Promise<StatxReport> {
  try {
    return reportOf(path, await statx(path));
  } catch (error) {
    if (!isSystemCallError(error)) throw error;
    throw new InputError(`${path}: statx says ${error.code}`, path, { cause: error });
  }
}

function reportOf(path: string, facts: FileFacts): StatxReport {
  return {
    path,
    stx_mask: hexadecimal(facts.mask),
    stx_blksize: facts.blockBytes,
    stx_attributes: hexadecimal(facts.attributes),
    stx_attributes_mask: hexadecimal(facts.attributesMask),
    stx_nlink: facts.links,
    stx_uid: facts.userId,
    stx_gid: facts.groupId,
    stx_mode: `0${facts.mode.toString(8)}`,
    stx_ino: String(facts.inode),
    stx_size: String(facts.sizeBytes),
    stx_blocks: String(facts.blocks512),
    stx_atime: moment(facts.accessedNanoseconds),
    stx_btime: moment(facts.bornNanoseconds),
    stx_ctime: moment(facts.changedNanoseconds),
    stx_mtime: moment(facts.modifiedNanoseconds),
    stx_rdev: `${facts.specialMajor}:${facts.specialMinor}`,
    stx_dev: `${facts.deviceMajor}:${facts.deviceMinor}`,
    stx_mnt_id: String(facts.mountId),
    stx_dio_mem_align: facts.directMemoryAlignBytes,
    stx_dio_offset_align: facts.directOffsetAlignBytes,
    stx_dio_read_offset_align: facts.directReadOffsetAlignBytes,
    stx_atomic_write_unit_min: facts.atomicUnitMinBytes,
    stx_atomic_write_unit_max: facts.atomicUnitMaxBytes,
    stx_atomic_write_unit_max_opt: facts.atomicUnitMaxOptBytes,
    stx_atomic_write_segments_max: facts.atomicSegmentsMax,
    writeAtomic: (facts.attributes & writeAtomicAttribute) !== 0n,
  };
}

function hexadecimal(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

/** Seconds since 1970 with all nine digits behind the point, as statx gives them. */
function moment(nanoseconds: bigint): string {
  const digits = nanoseconds.toString().padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
