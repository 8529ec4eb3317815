import { assert } from '../assert.ts';
import { errnoNames, type ErrnoName } from '../errno.ts';
import { deviceObstacle, memoryObstacle } from './device-write.ts';
import { deviceOpening } from './device.ts';
import type { AtomicFacts, AtomicWriteRequest } from './facts.ts';
import { fileOpening } from './filesystem/opening.ts';
import type { FileOpening } from './filesystem/types.ts';
import { formObstacle } from './form.ts';
import { isAtLeast } from './kernel.ts';
import { ruleOf, type Obstacle, type Reason, type RuleId } from './rules.ts';
import { sizeInWords } from './words.ts';

/** Who keeps an accepted write whole. */
export type Way =
  /** The drive, alone. */
  | 'hardware'
  /** The filesystem, by writing elsewhere and remapping. */
  | 'software'
  /** The drive is asked; where the range is not one aligned extent the filesystem does it. */
  | 'hardware first'
  | 'nothing to write'
  /** Nobody: the write is accepted, and is not atomic. */
  | 'not atomic';

/** What the rules say about one write. */
export type AtomicVerdict =
  | { readonly kind: 'allowed'; readonly way: Exclude<Way, 'not atomic'> }
  | ({ readonly kind: 'allowed'; readonly way: 'not atomic' } & Reason)
  | (Obstacle & { readonly kind: 'refused'; readonly errno: ErrnoName })
  | { readonly kind: 'unknown'; readonly missing: string };

/**
 * Judges one pwritev2(2) with RWF_ATOMIC by the rules of the kernel, in the order in which it asks them. What can fail
 * in spite of the rules (no space left, an I/O error) is not judged here.
 */
export function judgeAtomicWrite(facts: AtomicFacts, request: AtomicWriteRequest): AtomicVerdict {
  const opened = openObstacle(facts);
  if (opened !== null) return opened === 'unknown' ? unknownMode : refused(opened);
  if (request.lengthBytes === 0) return { kind: 'allowed', way: 'nothing to write' };
  const opening = atomicOpening(facts);
  if (request.read && opening.kind !== 'closed')
    return refused({ rule: 'call.write-only', because: 'this is a read', remedy: 'read without the flag' });
  if (opening.kind === 'unknown') return opening;
  if (opening.kind === 'closed') return refused(opening.obstacle);
  if (facts.file.kind === 'block') {
    const obstacle = deviceObstacle(facts, opening.window, request);
    if (obstacle === 'unknown')
      return { kind: 'unknown', missing: 'the size of the device, or how buffers must be aligned' };
    return obstacle ? refused(obstacle) : { kind: 'allowed', way: 'hardware' };
  }
  const obstacle = fileObstacle(opening, request);
  if (obstacle) return refused(obstacle);
  if (opening.notAtomic) return notAtomic(opening.notAtomic);
  const memory = memoryObstacle(facts.device, request);
  if (memory === 'unknown') return { kind: 'unknown', missing: 'how buffers must be aligned' };
  if (memory) return refused(memory);
  return { kind: 'allowed', way: way(opening, request) };
}

const unknownMode = { kind: 'unknown', missing: 'whether it may be written at all' } as const;

/** What fails before the write: the open(2) for writing. */
function openObstacle({ file }: AtomicFacts): Obstacle | null | 'unknown' {
  if (file.kind === 'directory')
    return { rule: 'call.directory', because: 'this is a directory', remedy: 'name a file in it' };
  if (file.kind !== 'regular' || !file.readOnly) return null;
  if (file.readOnly === 'unknown') return 'unknown';
  return {
    rule: 'call.writable',
    because: 'its filesystem is mounted read-only',
    remedy: 'mount -o remount,rw MOUNTPOINT',
  };
}

/** What the file takes at all, before any single write is looked at: what statx(2) answers. */
export function atomicOpening(facts: AtomicFacts): FileOpening {
  const { major, minor } = facts.kernel;
  if (!isAtLeast(facts.kernel, 6, 11))
    return closed(
      'call.flag-known',
      `Linux ${major}.${minor} does not know RWF_ATOMIC`,
      'use Linux 6.11 or newer',
    );
  switch (facts.file.kind) {
    case 'regular': {
      const unwritable = openObstacle(facts);
      if (unwritable === 'unknown') return unknownMode;
      return unwritable
        ? { kind: 'closed', obstacle: unwritable }
        : fileOpening(facts, facts.file.filesystem);
    }
    case 'block': {
      const device = deviceOpening(facts.device);
      if (device.kind !== 'open') return device;
      return {
        kind: 'open',
        window: device.window,
        hardwareMaxBytes: device.window.maxBytes,
        software: false,
        notAtomic: null,
        narrowings: [],
      };
    }
    case 'directory':
      return closed('call.directory', 'this is a directory', null);
    case 'other':
      return closed('call.file-kind', 'this is no regular file', null);
  }
}

function closed(rule: RuleId, because: string, remedy: string | null): FileOpening {
  return { kind: 'closed', obstacle: { rule, because, remedy } };
}

type Open = Extract<FileOpening, { kind: 'open' }>;

/** ext4_file_write_iter(), xfs_file_write_iter(). */
function fileObstacle({ window }: Open, request: AtomicWriteRequest): Obstacle | null {
  const { lengthBytes } = request;
  const { minBytes, maxBytes } = window;
  if (lengthBytes < minBytes) {
    const because = `${sizeInWords(lengthBytes)} is less than this file's smallest unit, ${sizeInWords(minBytes)}`;
    return { rule: 'filesystem.at-least-minimum', because, remedy: `write ${sizeInWords(minBytes)} or more` };
  }
  if (lengthBytes > maxBytes) {
    const because = `${sizeInWords(lengthBytes)} is more than this file's largest unit, ${sizeInWords(maxBytes)}`;
    return { rule: 'filesystem.at-most-maximum', because, remedy: `write ${sizeInWords(maxBytes)} or less` };
  }
  return formObstacle(request);
}

/** Which way XFS goes (xfs_file_dio_write_atomic(), xfs_bmap_hw_atomic_write_possible()); ext4 has one. */
function way(opening: Open, { lengthBytes, mapping }: AtomicWriteRequest): Exclude<Way, 'not atomic'> {
  if (!opening.software) return 'hardware';
  if (lengthBytes > opening.hardwareMaxBytes) return 'software';
  if (!mapping) return 'hardware first';
  const whole =
    mapping.state === 'hole' || mapping.state === 'mixed' ? 'unsettled' : mapping.oneAlignedExtent;
  if (whole === 'unsettled') return mapping.state === 'mixed' ? 'software' : 'hardware first';
  return whole ? 'hardware' : 'software';
}

function notAtomic({ rule, because }: Reason): AtomicVerdict {
  return { kind: 'allowed', way: 'not atomic', rule, because };
}

function refused(broken: Obstacle): AtomicVerdict {
  return { kind: 'refused', errno: errnoOf(broken), ...broken };
}

/** What a layer that closes makes of every write above it. */
function errnoOf(broken: Obstacle): ErrnoName {
  const { effect } = ruleOf(broken);
  assert(effect !== 'narrows' && effect !== 'silent', `${broken.rule} refuses nothing`);
  if (effect === 'closes') return 'EOPNOTSUPP';
  assert(errnoNames.includes(effect), `${effect} is an errno`);
  return effect;
}
