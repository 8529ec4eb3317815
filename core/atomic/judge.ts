import type { ErrnoName } from '../errno.ts';
import { deviceOpening } from './device.ts';
import type { AtomicFacts, AtomicWriteRequest, DeviceFacts, Known } from './facts.ts';
import { fileOpening, type FileOpening } from './filesystem.ts';
import { isAtLeast } from './kernel.ts';
import { isPowerOfTwo, largestPowerOfTwoFactor, roundDownToPowerOfTwo } from './powers.ts';
import { rules, type Obstacle, type Rule, type RuleId } from './rules.ts';
import { sizeInWords } from './words.ts';

/** What the rules say about one write. */
export type AtomicVerdict =
  | {
      readonly kind: 'allowed';
      /** `software`: completed by remapping; `hardware first`: the drive is asked, software stands behind it. */
      readonly way: 'hardware' | 'software' | 'hardware first' | 'nothing to write';
    }
  | (Obstacle & { readonly kind: 'refused'; readonly errno: ErrnoName })
  | { readonly kind: 'unknown'; readonly missing: string };

/**
 * Judges one pwritev2(2) with RWF_ATOMIC by the rules of the kernel, in the order in which it asks them. What can fail
 * in spite of the rules (no space left, an I/O error) is not judged here.
 */
export function judgeAtomicWrite(facts: AtomicFacts, request: AtomicWriteRequest): AtomicVerdict {
  if (request.lengthBytes === 0) return { kind: 'allowed', way: 'nothing to write' };
  const opening = atomicOpening(facts);
  if (opening.kind === 'unknown') return opening;
  if (opening.kind === 'closed') return refused(opening.obstacle);
  const obstacle =
    facts.file.kind === 'block'
      ? deviceObstacle(facts.device, opening, request)
      : fileObstacle(opening, request);
  if (obstacle === 'unknown') return { kind: 'unknown', missing: 'the size of the device' };
  return obstacle ? refused(obstacle) : { kind: 'allowed', way: way(opening, request.lengthBytes) };
}

/** What the file takes at all, before any single write is looked at: what statx(2) answers. */
export function atomicOpening(facts: AtomicFacts): FileOpening {
  if (!isAtLeast(facts.kernel, 6, 11)) {
    const because = `Linux ${facts.kernel.major}.${facts.kernel.minor} does not know RWF_ATOMIC`;
    return {
      kind: 'closed',
      obstacle: { rule: 'call.flag-known', because, remedy: 'use Linux 6.11 or newer' },
    };
  }
  switch (facts.file.kind) {
    case 'regular':
      return fileOpening(facts, facts.file.filesystem);
    case 'block': {
      const device = deviceOpening(facts.device);
      if (device.kind !== 'open') return device;
      const hardwareMaxBytes = device.window.maxBytes;
      return { kind: 'open', window: device.window, hardwareMaxBytes, software: false, narrowing: null };
    }
    default: {
      const because = facts.file.kind === 'directory' ? 'this is a directory' : 'this is no regular file';
      return { kind: 'closed', obstacle: { rule: 'call.file-kind', because, remedy: null } };
    }
  }
}

type Open = Extract<FileOpening, { kind: 'open' }>;

function fileObstacle({ window }: Open, request: AtomicWriteRequest): Obstacle | null {
  const { lengthBytes } = request;
  if (lengthBytes < window.minBytes) {
    const because = `${sizeInWords(lengthBytes)} is less than this file's smallest unit, ${sizeInWords(window.minBytes)}`;
    return obstacle('filesystem.at-least-minimum', because, `write ${sizeInWords(window.minBytes)} or more`);
  }
  if (lengthBytes > window.maxBytes) {
    const because = `${sizeInWords(lengthBytes)} is more than this file's largest unit, ${sizeInWords(window.maxBytes)}`;
    return obstacle('filesystem.at-most-maximum', because, `write ${sizeInWords(window.maxBytes)} or less`);
  }
  return formObstacle(request);
}

function deviceObstacle(
  device: Known<DeviceFacts> | null,
  { window }: Open,
  request: AtomicWriteRequest,
): Obstacle | null | 'unknown' {
  if (device === null || device === 'unknown' || device.sizeBytes === 'unknown') return 'unknown';
  const { offsetBytes, lengthBytes } = request;
  if (offsetBytes >= device.sizeBytes)
    return obstacle('block.inside', `${device.name} ends at byte ${device.sizeBytes}`, null);
  const form = formObstacle(request);
  if (form) return form;
  if (offsetBytes + lengthBytes > device.sizeBytes)
    return obstacle('block.ends-inside', `${device.name} ends at byte ${device.sizeBytes}`, null);
  if (device.logicalBlockBytes === 'unknown') return 'unknown';
  if (lengthBytes % device.logicalBlockBytes !== 0)
    return obstacle(
      'direct.sector-aligned',
      `the logical block of ${device.name} is ${sizeInWords(device.logicalBlockBytes)}`,
      null,
    );
  if (lengthBytes > window.maxBytes) {
    const because = `${device.name} writes at most ${sizeInWords(window.maxBytes)} atomically`;
    return obstacle('block.at-most-maximum', because, `write ${sizeInWords(window.maxBytes)} or less`);
  }
  if (lengthBytes % window.minBytes !== 0) {
    const because = `${device.name} writes no less than ${sizeInWords(window.minBytes)} atomically`;
    return obstacle('block.at-least-minimum', because, `write ${sizeInWords(window.minBytes)} or more`);
  }
  return null;
}

/** generic_atomic_write_valid(). */
function formObstacle({ offsetBytes, lengthBytes, vectors, direct }: AtomicWriteRequest): Obstacle | null {
  if (vectors !== 1)
    return obstacle('call.one-buffer', `the data come from ${vectors} buffers`, 'write from one buffer');
  if (!isPowerOfTwo(lengthBytes)) {
    const lower = roundDownToPowerOfTwo(lengthBytes);
    const because = `${sizeInWords(lengthBytes)} is not a power of two`;
    return obstacle('call.power-of-two', because, `write ${sizeInWords(lower)} or ${sizeInWords(lower * 2)}`);
  }
  if (offsetBytes % lengthBytes !== 0) {
    const because = `offset ${offsetBytes} is not a multiple of ${sizeInWords(lengthBytes)}`;
    return obstacle(
      'call.naturally-aligned',
      because,
      `at this offset at most ${sizeInWords(largestPowerOfTwoFactor(offsetBytes))} is aligned`,
    );
  }
  if (!direct)
    return obstacle('call.direct', 'the file is not open with O_DIRECT', 'open the file with O_DIRECT');
  return null;
}

function way(opening: Open, lengthBytes: number): 'hardware' | 'software' | 'hardware first' {
  if (!opening.software) return 'hardware';
  return lengthBytes <= opening.hardwareMaxBytes ? 'hardware first' : 'software';
}

function obstacle(rule: RuleId, because: string, remedy: string | null): Obstacle {
  return { rule, because, remedy };
}

function refused(broken: Obstacle): AtomicVerdict {
  return { kind: 'refused', errno: ruleOf(broken).errno, ...broken };
}

/** The rule behind an obstacle: its text, errno and kernel source. */
export function ruleOf({ rule }: Pick<Obstacle, 'rule'>): Rule {
  return rules[rule];
}
