import { assertUnreachable } from '../../assert.ts';
import type { AtomicFacts, FilesystemFacts, Known } from '../facts.ts';
import { isAtLeast } from '../kernel.ts';
import { ext4Opening } from './ext4.ts';
import { otherOpening } from './others.ts';
import { closed, type FileOpening } from './types.ts';
import { xfsOpening } from './xfs.ts';

/** What a regular file of `filesystem` takes on the kernel and the device of `facts`. */
export function fileOpening(facts: AtomicFacts, filesystem: Known<FilesystemFacts>): FileOpening {
  if (filesystem === 'unknown') return { kind: 'unknown', missing: 'the filesystem' };
  switch (filesystem.kind) {
    case 'other':
      return otherOpening(filesystem);
    case 'ext4':
      return beforeFilesystems(facts) ?? ext4Opening(facts, filesystem);
    case 'xfs':
      return beforeFilesystems(facts) ?? xfsOpening(facts, filesystem);
    default:
      return assertUnreachable(filesystem);
  }
}

function beforeFilesystems({ kernel }: AtomicFacts): FileOpening | null {
  if (isAtLeast(kernel, 6, 13)) return null;
  return closed(
    'call.filesystem-capable',
    `no filesystem of Linux ${kernel.major}.${kernel.minor} supports atomic writes`,
    'use Linux 6.13 or newer',
  );
}
