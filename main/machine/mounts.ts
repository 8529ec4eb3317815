import { readFileSync } from 'node:fs';
import { sameDevice, type DeviceNumber } from './device-number.ts';

/** One line of /proc/self/mountinfo (proc_pid_mountinfo(5)). */
export interface Mount {
  readonly device: DeviceNumber;
  /** The directory of the filesystem that is the root of this mount: `/`, unless it is a bind mount. */
  readonly root: string;
  readonly mountPoint: string;
  /** Options of the mount, then those of the filesystem. */
  readonly options: string;
  readonly fsType: string;
  /** What was mounted: a device's path, or a name. */
  readonly source: string;
}

/** All mounts of this process, in the order in which they were made. */
export function readMounts(mountinfo = '/proc/self/mountinfo'): Mount[] {
  return parseMountinfo(readFileSync(mountinfo, 'utf8'));
}

export function parseMountinfo(text: string): Mount[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => parseLine(line) ?? []);
}

function parseLine(line: string): Mount | null {
  const [before = '', after = ''] = line.split(' - ', 2);
  const [, , device = '', root = '', mountPoint = '', mountOptions = ''] = before.split(' ');
  const [fsType = '', source = '', superOptions = ''] = after.split(' ');
  const [major, minor] = device.split(':').map(Number);
  if (major === undefined || minor === undefined || !mountPoint) return null;
  return {
    device: { major, minor },
    root: unescape(root),
    mountPoint: unescape(mountPoint),
    options: [mountOptions, superOptions].filter((part) => part !== '').join(','),
    fsType,
    source: unescape(source),
  };
}

/** The kernel writes space, tab, newline and backslash as octal numbers. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

/**
 * The mount that `path`, absolute and without links, lies on: the deepest mount point above it, the latest where
 * several lie on one point; those that are mounts of `device` go first.
 */
export function mountOf(mounts: readonly Mount[], path: string, device: DeviceNumber): Mount | null {
  const above = mounts.filter(({ mountPoint }) => isAbove(mountPoint, path));
  const own = above.filter((mount) => sameDevice(mount.device, device));
  return (own.length > 0 ? own : above).reduce<Mount | null>((deepest, mount) => {
    return deepest && deepest.mountPoint.length > mount.mountPoint.length ? deepest : mount;
  }, null);
}

function isAbove(mountPoint: string, path: string): boolean {
  return mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`);
}
