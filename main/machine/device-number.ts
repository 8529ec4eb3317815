/** A device number in the two parts that /sys/dev/block and /proc/self/mountinfo use. */
export interface DeviceNumber {
  readonly major: number;
  readonly minor: number;
}

/** Takes a stat(2) st_dev or st_rdev apart, as glibc's gnu_dev_major() and gnu_dev_minor() do. */
export function deviceNumber(value: number | bigint): DeviceNumber {
  const device = BigInt(value);
  return {
    major: Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n)),
    minor: Number((device & 0xffn) | ((device >> 12n) & 0xffffff00n)),
  };
}

export function sameDevice(left: DeviceNumber, right: DeviceNumber): boolean {
  return left.major === right.major && left.minor === right.minor;
}
