/**
 * Drivers that claim no atomic writes in any kernel read here (6.12.0, 6.12.117, 6.13.7, 6.14.0, 6.18.2, 6.19.0, 7.1.5,
 * 7.3.4: nothing but drivers/nvme/host/core.c and drivers/scsi/sd.c sets limits), by the names of their devices.
 */
const drivers: readonly (readonly [RegExp, string])[] = [
  [/^loop\d/, 'loop'],
  [/^ram\d/, 'brd'],
  [/^zram\d/, 'zram'],
  [/^vd[a-z]/, 'virtio-blk'],
  [/^ublkb\d/, 'ublk'],
  [/^nbd\d/, 'nbd'],
  [/^nullb\d/, 'null_blk'],
  [/^rbd\d/, 'rbd'],
  [/^xvd[a-z]/, 'xen-blkfront'],
  [/^mmcblk\d/, 'mmc'],
  [/^pmem\d/, 'pmem'],
  [/^bcache\d/, 'bcache'],
  [/^drbd\d/, 'drbd'],
  [/^mtdblock\d/, 'mtdblock'],
  [/^(?:sr|fd|rnbd)\d/, 'its'],
];

/** The driver behind a device that can have no limits; null where the name does not tell. */
export function driverWithoutLimits(device: string): string | null {
  return drivers.find(([pattern]) => pattern.test(device))?.[1] ?? null;
}
