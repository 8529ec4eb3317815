import { Random } from '../../../core/experiment/generate/index.ts';
import type { ExecutorStep } from '../../../main/native/index.ts';

const MiB = 2 ** 20;

/** The one file of every scenario. */
export const file = 'f';

/** One filesystem and what is done to the one file on it. */
export interface Scenario {
  readonly name: string;
  readonly sizeBytes: number;
  readonly blockBytes: number;
  readonly clusterBytes: number;
  readonly mkfs: readonly string[];
  readonly mountOptions: string;
  readonly steps: readonly ExecutorStep[];
  /** Levels that the tree must have below its root in the end, so that the scenario shows what it is for. */
  readonly depthLeast: number;
}

interface Kind extends Omit<Scenario, 'steps' | 'depthLeast'> {
  /** How much of the file is used, in blocks, and the longest single piece. */
  readonly fileBlocks: number;
  readonly maxBlocks: number;
  readonly count: number;
  /** Small pieces everywhere first, so that the tree gets levels. */
  readonly scattered?: boolean;
  readonly buffered?: boolean;
  /** Files without extents have no fallocate but punch-hole. */
  readonly extents?: boolean;
}

const kinds: readonly Kind[] = [
  kind('4 KiB blocks', 1024 * MiB, 4096, {}),
  kind('1 KiB blocks', 1024 * MiB, 1024, {}),
  kind('a tree of three levels', 1024 * MiB, 1024, { count: 2500, fileBlocks: 600_000, scattered: true }),
  kind('nearly full', 24 * MiB, 1024, { fileBlocks: 48_000, maxBlocks: 12_000, mkfs: ['-m', '0'] }),
  kind('no journal', 1024 * MiB, 1024, { mkfs: ['-O', '^has_journal'], mountOptions: '' }),
  kind('clusters of 16 KiB', 1024 * MiB, 1024, { clusterBytes: 16_384 }),
  kind('clusters of 64 KiB', 2048 * MiB, 4096, { clusterBytes: 65_536 }),
  kind('clusters, many extents', 1024 * MiB, 1024, {
    clusterBytes: 16_384,
    count: 2000,
    fileBlocks: 600_000,
    scattered: true,
  }),
  kind('buffered', 1024 * MiB, 4096, { buffered: true }),
  kind('buffered, 1 KiB blocks', 1024 * MiB, 1024, { buffered: true }),
  kind('buffered, clusters of 16 KiB', 1024 * MiB, 4096, { buffered: true, clusterBytes: 16_384 }),
  kind('buffered, nodelalloc', 1024 * MiB, 1024, { buffered: true, mountOptions: 'commit=300,nodelalloc' }),
  kind('indirect blocks', 1024 * MiB, 1024, { extents: false, mkfs: ['-O', '^extents,^64bit'] }),
];

function kind(name: string, sizeBytes: number, blockBytes: number, special: Partial<Kind>): Kind {
  const { clusterBytes = blockBytes } = special;
  const defaults = {
    clusterBytes,
    mkfs: [],
    mountOptions: 'commit=300',
    fileBlocks: 4096,
    maxBlocks: 2000,
    count: 300,
  };
  const clusters = clusterBytes > blockBytes ? ['-O', 'bigalloc', '-C', String(clusterBytes)] : [];
  const mkfs = ['-b', String(blockBytes), ...clusters, ...(special.mkfs ?? [])];
  return { ...defaults, ...special, name, sizeBytes, blockBytes, mkfs };
}

/** Every kind of filesystem with the random steps that a seed names. */
export function scenarios(seed: number): Scenario[] {
  return kinds.map((one, index) => ({
    ...one,
    steps: randomSteps(one, new Random(seed * 100 + index)),
    depthLeast: one.scattered ? 2 : 0,
  }));
}

function randomSteps(kind: Kind, random: Random): ExecutorStep[] {
  const steps: ExecutorStep[] = [{ op: 'create', file, direct: true }];
  while (steps.length < kind.count) {
    const scatter = kind.scattered === true && random.chance(80);
    const step = scatter ? smallPiece(kind, random) : randomStep(kind, random);
    if (step !== null) steps.push(step);
  }
  return [...steps, { op: 'layout', file }];
}

function smallPiece(kind: Kind, random: Random): ExecutorStep {
  const offset = random.between(0, kind.fileBlocks - 1) * kind.blockBytes;
  if (random.chance(50)) return write(offset, kind.blockBytes, true);
  return { op: 'fallocate', file, offset, length: kind.blockBytes, mode: [] };
}

function randomStep(kind: Kind, random: Random): ExecutorStep | null {
  const { blockBytes, clusterBytes } = kind;
  const most = Math.min(
    random.pick([1, 2, 3, 8, 16, 400, kind.maxBlocks]),
    kind.scattered ? 200 : kind.maxBlocks,
  );
  const length = random.between(1, most) * blockBytes;
  const offset = random.between(0, random.pick([40, 300, kind.fileBlocks]) - 1) * blockBytes;
  const ragged = random.chance(20) ? random.between(0, blockBytes - 1) : 0;
  const clusterOffset = Math.floor(offset / clusterBytes) * clusterBytes;
  const clusters = random.between(1, 20) * clusterBytes;
  const roll = random.between(0, 99);
  if (roll < 20) return write(offset, length, true);
  if (roll < 40) return write(offset + (kind.buffered ? ragged : 0), length, kind.buffered !== true);
  if (roll < 52) return allowed(kind, { op: 'fallocate', file, offset: offset + ragged, length, mode: [] });
  if (roll < 58) return allowed(kind, { op: 'fallocate', file, offset, length, mode: ['keep-size'] });
  if (roll < 72) return { op: 'fallocate', file, offset: offset + ragged, length, mode: ['punch-hole'] };
  if (roll < 80)
    return allowed(kind, { op: 'fallocate', file, offset: offset + ragged, length, mode: ['zero-range'] });
  if (roll < 85) return shift(kind, clusterOffset, clusters, 'collapse-range');
  if (roll < 90) return shift(kind, clusterOffset, clusters, 'insert-range');
  if (roll < 93 && !kind.scattered) return { op: 'truncate', file, size: offset + length + ragged };
  return random.chance(50) ? { op: 'fsync', file } : { op: 'layout', file };
}

function allowed(kind: Kind, step: ExecutorStep): ExecutorStep | null {
  return kind.extents === false ? null : step;
}

function shift(
  kind: Kind,
  offset: number,
  length: number,
  mode: 'collapse-range' | 'insert-range',
): ExecutorStep | null {
  return allowed(kind, { op: 'fallocate', file, offset, length, mode: [mode] });
}

function write(offset: number, length: number, direct: boolean): ExecutorStep {
  return { op: 'write', file, offset, length, atomic: false, direct, sync: 'none', vectors: 1 };
}
