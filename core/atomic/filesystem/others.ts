import type { OtherFilesystemFacts } from '../facts.ts';
import type { RuleId } from '../rules.ts';
import { closed, type FileOpening } from './types.ts';

interface Refusal {
  readonly rule: RuleId;
  readonly why: string;
  readonly remedy: string | null;
}

const elsewhere = 'keep the file on ext4 or XFS';
const network: Refusal = {
  rule: 'network.none',
  why: 'the write becomes messages to a server, which know no such flag',
  remedy: 'ask on the server, on the filesystem that it exports',
};
const fuse: Refusal = {
  rule: 'fuse.none',
  why: 'the write becomes a message to a process, which knows no such flag',
  remedy: elsewhere,
};

const refusals: Readonly<Record<string, Refusal>> = {
  btrfs: {
    rule: 'btrfs.none',
    why: 'its files are not marked as capable, though it writes copy-on-write; it may cut a direct write into several extents',
    remedy: elsewhere,
  },
  f2fs: {
    rule: 'f2fs.none',
    why: 'it has atomic writes of its own kind (F2FS_IOC_START_ATOMIC_WRITE), not RWF_ATOMIC',
    remedy: elsewhere,
  },
  tmpfs: {
    rule: 'tmpfs.none',
    why: 'it lies in memory, where no power failure leaves anything',
    remedy: elsewhere,
  },
  ramfs: {
    rule: 'tmpfs.none',
    why: 'it lies in memory, where no power failure leaves anything',
    remedy: elsewhere,
  },
  overlay: {
    rule: 'overlay.none',
    why: 'the file of an overlay is not marked as capable, even where the one in the upper layer is (statx shows that one)',
    remedy: 'write to the file in the upper layer, or keep the file outside the overlay',
  },
  nfs: network,
  nfs4: network,
  cifs: network,
  smb3: network,
  ceph: network,
  '9p': network,
  afs: network,
  virtiofs: fuse,
  fuse,
  fuseblk: fuse,
};

/** Every filesystem but ext4 and XFS: none is capable, each for its own reason. */
export function otherOpening({ name }: OtherFilesystemFacts): FileOpening {
  const found = refusals[name] ?? (name.startsWith('fuse.') ? fuse : null);
  if (found) return closed(found.rule, `${name} does not support atomic writes: ${found.why}`, found.remedy);
  return closed('filesystem.none', `${name} does not support atomic writes`, elsewhere);
}
