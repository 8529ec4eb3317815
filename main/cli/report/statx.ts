import type { StatxReport } from '../../probe/index.ts';
import { printable } from '../table.ts';

/** statx's raw fields, in the groups in which the tool of the RFC's thread prints them. */
export function statxLines(report: StatxReport): string[] {
  const atomic = report.writeAtomic ? 'set' : 'not set';
  return [
    `statx(${printable(report.path)}) = 0, stx_mask=${report.stx_mask}`,
    `  size ${report.stx_size}, blocks ${report.stx_blocks}, I/O block ${report.stx_blksize}`,
    `  device ${report.stx_dev}, inode ${report.stx_ino}, links ${report.stx_nlink}, special ${report.stx_rdev}, mount ${report.stx_mnt_id}`,
    `  mode ${report.stx_mode}, uid ${report.stx_uid}, gid ${report.stx_gid}`,
    `  atime ${report.stx_atime}, mtime ${report.stx_mtime}, ctime ${report.stx_ctime}, btime ${report.stx_btime}`,
    `  stx_attributes=${report.stx_attributes}, stx_attributes_mask=${report.stx_attributes_mask}`,
    `  STATX_ATTR_WRITE_ATOMIC ${atomic}`,
    `    stx_atomic_write_unit_min ${report.stx_atomic_write_unit_min}`,
    `    stx_atomic_write_unit_max ${report.stx_atomic_write_unit_max}`,
    `    stx_atomic_write_unit_max_opt ${report.stx_atomic_write_unit_max_opt}`,
    `    stx_atomic_write_segments_max ${report.stx_atomic_write_segments_max}`,
    `  stx_dio_mem_align ${report.stx_dio_mem_align}, stx_dio_offset_align ${report.stx_dio_offset_align}, stx_dio_read_offset_align ${report.stx_dio_read_offset_align}`,
  ];
}
