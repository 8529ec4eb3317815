import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Known } from '../../core/atomic/index.ts';
import { readSysfsNumber, readSysfsText, sysfsNames } from './sysfs.ts';

/** How a device is made of others, as far as sysfs tells. */
export type Stack =
  | {
      readonly kind: 'device-mapper';
      /** Target types, where the kind of the mapping tells them without root: `crypt`, `multipath`. */
      readonly targets: Known<readonly string[]>;
      /** Who made it: the beginning of its UUID, `LVM`, `CRYPT`, `mpath`; null for none. */
      readonly maker: string | null;
      readonly memberFolders: readonly string[];
    }
  | {
      readonly kind: 'md';
      /** `raid0`, `raid1`, `raid10`, `raid5`, `linear`; null where sysfs does not say. */
      readonly level: string | null;
      readonly chunkBytes: Known<number>;
      readonly memberFolders: readonly string[];
    }
  | { readonly kind: 'nvme-multipath'; readonly memberFolders: readonly string[] };

/** Reads the stack of a whole device; null where it is a drive. */
export function readStack(folder: string, kind: string): Stack | null {
  switch (kind) {
    case 'device-mapper': {
      const maker = makerOf(readSysfsText(folder, 'dm/uuid'));
      return { kind, targets: targetsOf(maker), maker, memberFolders: slaves(folder) };
    }
    case 'md':
      return {
        kind,
        level: readSysfsText(folder, 'md/level'),
        chunkBytes: readSysfsNumber(folder, 'md/chunk_size'),
        memberFolders: slaves(folder),
      };
    case 'nvme-multipath':
      return { kind, memberFolders: paths(folder) };
    default:
      return null;
  }
}

function slaves(folder: string): string[] {
  return sysfsNames(folder, 'slaves').map((name) => realpathSync(path.join(folder, 'slaves', name)));
}

/** Links of the `multipath` folder (6.15), or the paths that the subsystem's controllers show, `nvme0/nvme0c0n1`. */
function paths(folder: string): string[] {
  const linked = sysfsNames(folder, 'multipath').map((name) => path.join(folder, 'multipath', name));
  if (linked.length > 0) return linked.map((link) => realpathSync(link));
  const head = /^nvme(\d+)n(\d+)$/.exec(path.basename(folder));
  if (!head) return [];
  const subsystem = path.dirname(realpathSync(folder));
  const own = new RegExp(`^nvme${head[1]}c\\d+n${head[2]}$`);
  return sysfsNames(subsystem, '.')
    .filter((name) => /^nvme\d+$/.test(name))
    .flatMap((controller) => {
      const names = sysfsNames(subsystem, controller).filter((name) => own.test(name));
      return names.map((name) => realpathSync(path.join(subsystem, controller, name)));
    })
    .filter((found) => existsSync(found));
}

/** `LVM-…`, `CRYPT-LUKS2-…`, `mpath-…`, `part1-mpath-…` (dm/uuid). */
function makerOf(uuid: string | null): string | null {
  return uuid === null ? null : (/^([A-Za-z]+)/.exec(uuid)?.[1] ?? null);
}

/** What a mapping's maker always uses; LVM uses many targets, and only root can read the table. */
function targetsOf(maker: string | null): Known<readonly string[]> {
  if (maker === 'CRYPT') return ['crypt'];
  if (maker === 'mpath') return ['multipath'];
  return maker === 'part' ? ['linear'] : 'unknown';
}
