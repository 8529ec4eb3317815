/**
 * The rules of the RFC "ext4: Allocator changes for atomic write support with DIO" (Ojaswin Mujoo, 30 November 2023):
 * its patches 1, 5, 6 (the checks before the mapping) and 7. No released kernel has them; what the RFC's allocator and
 * its mapping check answer stands in core/mballoc and core/vfs.
 */
export const rfcRules = {
  'rfc.bigalloc': rule(
    6,
    'fs/ext4/file.c',
    'ext4_dio_atomic_write_checks',
    'EIO',
    'no atomic write with bigalloc',
  ),
  'rfc.extent-file': rule(
    6,
    'fs/ext4/file.c',
    'ext4_dio_atomic_write_checks',
    'EIO',
    'the file must be mapped by extents',
  ),
  'rfc.whole-blocks': rule(
    6,
    'fs/ext4/file.c',
    'ext4_dio_atomic_write_checks',
    'EIO',
    'the length must be a multiple of the block',
  ),
  'rfc.naturally-aligned': rule(
    6,
    'fs/ext4/file.c',
    'ext4_dio_atomic_write_checks',
    'EIO',
    'the offset must be a multiple of the length',
  ),
  'rfc.power-of-two': rule(
    6,
    'fs/ext4/file.c',
    'ext4_dio_atomic_write_checks',
    'EIO',
    'the length in blocks must be a power of two',
  ),
  'rfc.device-capable': rule(
    5,
    'block/fops.c',
    'blkdev_atomic_write_valid',
    'EIO',
    'the device must have a smallest unit (EINVAL on the device itself)',
  ),
  'rfc.device-unit': rule(
    5,
    'block/fops.c',
    'blkdev_atomic_write_valid',
    'EIO',
    'offset and length must be multiples of the smallest unit of the device (EINVAL on the device itself)',
  ),
  'rfc.device-maximum': rule(
    5,
    'block/fops.c',
    'blkdev_atomic_write_valid',
    'EIO',
    'the length must be at most the largest unit of the device (EINVAL on the device itself)',
  ),
  'rfc.page-cache': rule(
    6,
    'fs/ext4/file.c',
    'ext4_dio_write_iter',
    'silent',
    'without O_DIRECT, and with data=journal, the flag is accepted and the write is buffered: no check is reached',
  ),
  'rfc.no-fall-back': rule(
    1,
    'fs/iomap/direct-io.c',
    '__iomap_dio_rw',
    'EBUSY',
    'where cached pages cannot be dropped there is no fall-back to a buffered write (the mail says EIO, the patch leaves EBUSY)',
  ),
  'rfc.statx': rule(
    7,
    'fs/ext4/inode.c',
    'ext4_getattr',
    'narrows',
    'statx: from the block (or the device minimum, if larger) to the maximum of the device, whatever the block',
  ),
} as const;

export type RfcRuleId = keyof typeof rfcRules;

function rule<Effect extends string>(
  patch: number,
  file: string,
  name: string,
  effect: Effect,
  text: string,
) {
  return { patch, source: { file, function: name }, effect, text } as const;
}
