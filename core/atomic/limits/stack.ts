import { isAtLeast, type KernelVersion } from '../kernel.ts';
import { largestPowerOfTwoFactor } from '../powers.ts';
import type { Reason } from '../rules.ts';
import { sizeInWords } from '../words.ts';
import { none, type HardwareLimits, type HardwareOutcome } from './outcome.ts';
import { multiples } from './queue.ts';

/** A device made of others. */
export type StackFacts =
  | {
      readonly kind: 'device-mapper';
      /** Target types of the table: `linear`, `striped`, `crypt`. */
      readonly targets: readonly string[];
      /** Stripe of a striped target; 0 for none. */
      readonly chunkBytes: number;
    }
  | {
      readonly kind: 'md';
      /** `raid0`, `raid1`, `raid10`, `raid5`, `linear`. */
      readonly level: string;
      /** Chunk; 0 for none (raid1). */
      readonly chunkBytes: number;
    }
  | { readonly kind: 'nvme-multipath' };

/** One device below, with its own (hardware) limits: null where it advertises nothing. */
export interface StackMember {
  readonly name: string;
  readonly limits: HardwareLimits | null;
  /** Where the stack's data start on the member's disk, partition start included. */
  readonly startBytes: number;
  /** minimum_io_size, which stood for the chunk before 6.17. */
  readonly minimumIoBytes: number;
}

const dmTargets: Readonly<Record<string, readonly [number, number]>> = {
  linear: [6, 14],
  striped: [6, 14],
  mirror: [6, 14],
  crypt: [6, 19],
  multipath: [6, 19],
};
const mdLevels: Readonly<Record<string, readonly [number, number]>> = {
  raid0: [6, 13],
  raid1: [6, 13],
  raid10: [6, 13],
  linear: [6, 19],
};

/**
 * What a stacked device tells the block layer, from its members in their order (drivers/md/dm-table.c,
 * dm_table_supports_atomic_writes(); md's set_limits functions; block/blk-settings.c, blk_stack_atomic_writes_limits()).
 */
export function stackLimits(
  stack: StackFacts,
  members: readonly StackMember[],
  kernel: KernelVersion,
): HardwareOutcome {
  const refusal = whyNotStack(stack, kernel);
  if (refusal) return refusal;
  const chunk = stack.kind === 'nvme-multipath' ? 0 : stack.chunkBytes;
  if (isAtLeast(kernel, 6, 17)) return stacked(members, chunk);
  const before = stacked(members, chunkBefore617(members, chunk));
  if (!isAtLeast(kernel, 6, 16) || kernel.patch === 0 || same(before, stacked(members, chunk))) return before;
  return { kind: 'unknown', missing: 'whether this point release of 6.16 already looks at chunks alone' };
}

/** The chunk was read off minimum_io_size, which is also that of the members; a sector stood for none. */
function chunkBefore617(members: readonly StackMember[], chunkBytes: number): number {
  const [first] = members;
  const minimum = Math.max(chunkBytes, first?.minimumIoBytes ?? 0);
  return minimum <= 512 ? 0 : minimum;
}

function same(left: HardwareOutcome, right: HardwareOutcome): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function stacked(members: readonly StackMember[], chunkBytes: number): HardwareOutcome {
  let limits: HardwareLimits | null = null;
  const reasons: Reason[] = [];
  for (const member of members) {
    const bad = whyNotMember(member, limits, chunkBytes);
    if (bad) return bad;
    if (!member.limits) break;
    limits = limits === null ? member.limits : common(limits, member.limits);
    limits = withinChunk(limits, chunkBytes, reasons);
  }
  if (limits === null) return none('stack.member-capable', 'there is no device below');
  if (members.some((member) => member.limits && member.limits.unitMaxBytes > limits.unitMaxBytes))
    reasons.push({
      rule: 'stack.members',
      because: `all members have ${sizeInWords(limits.unitMaxBytes)} in common`,
    });
  return { kind: 'limits', limits, reasons };
}

type Refusal = Exclude<HardwareOutcome, { kind: 'limits' }>;

function whyNotStack(stack: StackFacts, kernel: KernelVersion): Refusal | null {
  switch (stack.kind) {
    case 'device-mapper': {
      if (!isAtLeast(kernel, 6, 14))
        return none('dm.since', 'device-mapper of this kernel passes no atomic limits on');
      const target = stack.targets.find((name) => !supports(dmTargets[name], kernel));
      return target === undefined ? null : none('dm.target', dmReason(target));
    }
    case 'md':
      if (!isAtLeast(kernel, 6, 13)) return none('md.since', 'md of this kernel passes no atomic limits on');
      return supports(mdLevels[stack.level], kernel)
        ? null
        : none('md.level', `md ${stack.level} of this kernel supports no atomic writes`);
    case 'nvme-multipath':
      return multipathRefusal(kernel);
  }
}

function dmReason(target: string): string {
  const since = dmTargets[target];
  return since
    ? `the dm target ${target} supports atomic writes only since Linux ${since.join('.')}`
    : `the dm target ${target} supports no atomic writes`;
}

function supports(since: readonly [number, number] | undefined, kernel: KernelVersion): boolean {
  return since !== undefined && isAtLeast(kernel, ...since);
}

/** The fix went into 6.16 and back into late point releases of 6.14 and 6.15. */
function multipathRefusal(kernel: KernelVersion): Refusal | null {
  if (isAtLeast(kernel, 6, 16)) return null;
  if (isAtLeast(kernel, 6, 14) && kernel.patch > 0)
    return { kind: 'unknown', missing: 'whether this point release passes limits on through NVMe multipath' };
  return none('nvme.multipath', 'NVMe multipath of this kernel passes no atomic limits on');
}

function whyNotMember(
  { name, limits, startBytes }: StackMember,
  top: HardwareLimits | null,
  chunkBytes: number,
): Refusal | null {
  if (limits === null) return none('stack.member-capable', `${name} below advertises no atomic writes`);
  const alignment = Math.max(limits.unitMinBytes, limits.boundaryBytes);
  if (startBytes % alignment !== 0)
    return none(
      'stack.member-aligned',
      `the data on ${name} start at ${sizeInWords(startBytes)}, no multiple of ${sizeInWords(alignment)}`,
    );
  if (top === null) {
    if (multiples(chunkBytes, limits.boundaryBytes)) return null;
    const because = `the boundary of ${name}, ${sizeInWords(limits.boundaryBytes)}, and the chunk of ${sizeInWords(chunkBytes)} do not fit`;
    return none('stack.chunk-boundary', because);
  }
  if (top.boundaryBytes !== limits.boundaryBytes)
    return none('stack.same-boundary', `${name} has another boundary than the members before it`);
  if (top.unitMinBytes > limits.unitMaxBytes || top.unitMaxBytes < limits.unitMinBytes)
    return none('stack.windows-meet', `the window of ${name} does not meet that of the members before it`);
  return null;
}

function common(top: HardwareLimits, member: HardwareLimits): HardwareLimits {
  return {
    maxBytes: Math.min(top.maxBytes, member.maxBytes),
    unitMinBytes: Math.max(top.unitMinBytes, member.unitMinBytes),
    unitMaxBytes: Math.min(top.unitMaxBytes, member.unitMaxBytes),
    boundaryBytes: top.boundaryBytes,
  };
}

function withinChunk(limits: HardwareLimits, chunkBytes: number, reasons: Reason[]): HardwareLimits {
  if (chunkBytes === 0) return limits;
  const unitMaxBytes = Math.min(limits.unitMaxBytes, largestPowerOfTwoFactor(chunkBytes));
  if (unitMaxBytes < limits.unitMaxBytes) {
    const because = `the chunk is ${sizeInWords(chunkBytes)}, so no unit is above ${sizeInWords(unitMaxBytes)}`;
    reasons.push({ rule: 'stack.chunk', because });
  }
  return {
    ...limits,
    unitMaxBytes,
    unitMinBytes: Math.min(limits.unitMinBytes, unitMaxBytes),
    maxBytes: Math.min(limits.maxBytes, chunkBytes),
  };
}
