import {
  deviceOpening,
  driverWithoutLimits,
  sizeInWords,
  stackLimits,
  windowInWords,
  type HardwareLimits,
  type KernelVersion,
  type Known,
  type Obstacle,
  type StackFacts,
  type StackMember,
} from '../../core/atomic/index.ts';
import type { BlockDevice } from '../machine/index.ts';
import { askDrive } from './claims.ts';
import type { ProbeEnvironment } from './environment.ts';
import { isRoot } from './filesystem.ts';
import { seen } from './layers.ts';
import type { DriveClaims, Fact, PassportLayer } from './passport.ts';

/** The devices under a file, from the top down, and what of them could not be asked. */
export interface DeviceLayers {
  readonly layers: readonly PassportLayer[];
  readonly missing: readonly string[];
  readonly withRoot: readonly string[];
}

/** Every device from `device` down, each drive with what it claims itself. */
export async function deviceLayers(
  device: BlockDevice,
  kernel: KernelVersion,
  environment: ProbeEnvironment,
): Promise<DeviceLayers> {
  const asked = await askDrive(device, kernel, environment);
  const claims = asked?.kind === 'claims' ? asked.claims : null;
  const below = await Promise.all(device.below.map((part) => deviceLayers(part, kernel, environment)));
  const why = asked?.kind === 'unasked' ? asked.why : null;
  const rootWould = asked?.kind === 'unasked' && asked.rootWould;
  const untold = device.stack?.kind === 'device-mapper' && device.stack.targets === 'unknown';
  return {
    layers: [ownLayer(device, kernel, claims), ...below.flatMap(({ layers }) => layers)],
    missing: [...(why === null ? [] : [why]), ...below.flatMap(({ missing }) => missing)],
    withRoot: [
      ...(rootWould ? [`what ${device.facts.name} claims itself (Identify, vital product data)`] : []),
      ...(untold && !isRoot() ? [`the table of ${device.facts.name}: its targets (dmsetup table)`] : []),
      ...below.flatMap(({ withRoot }) => withRoot),
    ],
  };
}

function ownLayer(device: BlockDevice, kernel: KernelVersion, claims: DriveClaims | null): PassportLayer {
  const opening = seen(deviceOpening(device.facts));
  const cause = opening.rule === 'block.device-capable' ? whyNothing(device, kernel, claims) : null;
  const narrowed = opening.window !== null && opening.window !== 'unknown' ? narrowing(device) : null;
  const told = cause ?? narrowed;
  return {
    layer: device.facts.name,
    kind: 'device',
    ...opening,
    ...(told ? { rule: told.rule, why: told.because, remedy: told.remedy } : {}),
    facts: deviceFacts(device),
    claims,
  };
}

/** Why a device advertises nothing, where more is known than that it does not. */
function whyNothing(device: BlockDevice, kernel: KernelVersion, claims: DriveClaims | null): Obstacle | null {
  const { name } = device.facts;
  const driver = driverWithoutLimits(name);
  if (driver) {
    const because = `${name} advertises no atomic writes, and no released ${driver} driver does`;
    return { rule: 'driver.none', because, remedy: null };
  }
  if (claims)
    return {
      rule: 'limits.claimed',
      because: `${name} advertises no atomic writes: ${claims.why}`,
      remedy: null,
    };
  const stack = stackOf(device);
  if (!stack) return null;
  if (stack === 'unknown') {
    const because = `${name} advertises no atomic writes, and sysfs does not tell why; \`dmsetup table ${device.title ?? name}\` (root) shows its targets and where they start`;
    return { rule: 'block.device-capable', because, remedy: null };
  }
  const outcome = stackLimits(stack, device.below.map(memberOf), kernel);
  if (outcome.kind !== 'none') return null;
  const { rule, because } = outcome;
  return { rule, because: `${name} advertises no atomic writes: ${because}`, remedy: remedyFor(rule) };
}

function remedyFor(rule: Obstacle['rule']): string | null {
  const kernels: Partial<Record<Obstacle['rule'], string>> = {
    'dm.since': 'use Linux 6.14 or newer',
    'dm.target': 'use Linux 6.19 or newer (crypt, multipath), or a linear or striped mapping',
    'md.since': 'use Linux 6.13 or newer',
    'md.level': 'mdadm --create with --level=0, 1 or 10',
    'nvme.multipath': 'use Linux 6.16 or newer',
  };
  return kernels[rule] ?? null;
}

/** Where a stack's window is smaller than that of its members: its chunk, as far as sysfs tells. */
function narrowing(device: BlockDevice): Obstacle | null {
  const { atomic, name } = device.facts;
  if (atomic === 'unknown' || device.stack === null || device.below.length === 0) return null;
  const tops = device.below.map(({ facts }) => (facts.atomic === 'unknown' ? 0 : facts.atomic.unitMaxBytes));
  if (Math.min(...tops) <= atomic.unitMaxBytes) {
    if (Math.max(...tops) <= atomic.unitMaxBytes) return null;
    const because = `${windowInWords({ minBytes: atomic.unitMinBytes, maxBytes: atomic.unitMaxBytes })}: what all its members have in common`;
    return { rule: 'stack.members', because, remedy: null };
  }
  const chunk = device.queue.chunkBytes;
  const size = chunk === 'unknown' || chunk === 0 ? '' : ` of ${sizeInWords(chunk)}`;
  return {
    rule: 'stack.chunk',
    because: `the chunk${size} of ${name} allows units of ${sizeInWords(atomic.unitMaxBytes)}`,
    remedy: 'make it anew with a chunk (mdadm --chunk, lvcreate --stripesize) that is a larger power of two',
  };
}

function stackOf({ stack, queue }: BlockDevice): StackFacts | 'unknown' | null {
  if (stack === null) return null;
  const known = (value: Known<number>) => (value === 'unknown' ? 0 : value);
  switch (stack.kind) {
    case 'device-mapper':
      return stack.targets === 'unknown'
        ? 'unknown'
        : { kind: stack.kind, targets: stack.targets, chunkBytes: known(queue.chunkBytes) };
    case 'md':
      return stack.level === null
        ? null
        : { kind: stack.kind, level: stack.level, chunkBytes: known(stack.chunkBytes) };
    case 'nvme-multipath':
      return { kind: stack.kind };
  }
}

function memberOf(device: BlockDevice): StackMember {
  const { name, atomic, partitionStartBytes: start } = device.facts;
  const limits: HardwareLimits | null =
    atomic === 'unknown' || atomic.unitMinBytes === 0
      ? null
      : {
          maxBytes: atomic.maxBytes,
          unitMinBytes: atomic.unitMinBytes,
          unitMaxBytes: atomic.unitMaxBytes,
          boundaryBytes: atomic.boundaryBytes,
        };
  const minimumIoBytes = device.queue.minimumIoBytes === 'unknown' ? 0 : device.queue.minimumIoBytes;
  return { name, limits, startBytes: start === null || start === 'unknown' ? 0 : start, minimumIoBytes };
}

function deviceFacts(device: BlockDevice): Fact[] {
  const { facts, queue } = device;
  const { atomic, partitionStartBytes: start } = facts;
  const list: (Fact | null)[] = [
    { name: 'kind', value: device.kind },
    fact('model', device.title),
    fact('firmware', device.firmware),
    fact('serial', device.serial),
    { name: 'size', value: size(facts.sizeBytes) },
    { name: 'logical block', value: size(facts.logicalBlockBytes) },
    { name: 'physical block', value: size(device.physicalBlockBytes) },
    fact('write cache', device.writeCache),
    start === null ? null : { name: 'starts at', value: size(start) },
    fact('backing file', device.backingFile),
    ...stackFacts(device),
    ...(atomic === 'unknown'
      ? [{ name: 'atomic write limits', value: 'unknown' }]
      : [
          { name: 'atomic_write_unit_min_bytes', value: String(atomic.unitMinBytes) },
          { name: 'atomic_write_unit_max_bytes', value: String(atomic.unitMaxBytes) },
          { name: 'atomic_write_max_bytes', value: String(atomic.maxBytes) },
          { name: 'atomic_write_boundary_bytes', value: String(atomic.boundaryBytes) },
        ]),
    { name: 'max_hw_sectors', value: size(queue.maxTransferBytes) },
    { name: 'max_segments', value: String(queue.maxSegments) },
    queue.chunkBytes === 0 ? null : { name: 'chunk_sectors', value: size(queue.chunkBytes) },
  ];
  return list.filter((item) => item !== null);
}

function stackFacts({ stack }: BlockDevice): Fact[] {
  if (stack?.kind !== 'device-mapper') return [];
  const targets = stack.targets === 'unknown' ? 'unknown (root: dmsetup table)' : stack.targets.join(' ');
  return [
    ...(stack.maker === null ? [] : [{ name: 'made by', value: stack.maker }]),
    { name: 'targets', value: targets },
  ];
}

function fact(name: string, value: string | null): Fact | null {
  return value === null ? null : { name, value };
}

function size(bytes: Known<number>): string {
  return bytes === 'unknown' ? bytes : sizeInWords(bytes);
}
