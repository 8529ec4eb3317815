import type { ExecutorStep } from '../../../main/native/index.ts';
import type { Scenario } from './bench.ts';
import { randomSteps, type WorkloadShape } from './workload.ts';

const MiB = 2 ** 20;
const GiB = 2 ** 30;

interface Kind extends Omit<Scenario, 'steps' | 'mountOptions' | 'warm'> {
  readonly mountOptions?: string;
  readonly warm?: boolean;
  /**
   * Where space is short a buffered write wakes the flusher thread, and how far the write has come then is a matter of
   * luck: such kinds write directly only.
   */
  readonly shape?: Partial<WorkloadShape>;
  /** What happens before the random steps. */
  readonly first?: readonly ExecutorStep[];
}

/** Leaves a filesystem with holes everywhere: small files, every third one gone. */
const ageing: readonly ExecutorStep[] = [
  { op: 'many', prefix: 'a', count: 300, length: 12 * 1024, how: 'direct' },
  { op: 'many', prefix: 'b', count: 40, length: MiB, how: 'fallocate' },
  { op: 'unlink-every', prefix: 'a', count: 300, step: 3, start: 0 },
  { op: 'unlink-every', prefix: 'b', count: 40, step: 2, start: 1 },
  { op: 'sync' },
];

/** Takes all but about `leftBytes` with one file that has holes in it. */
function filling(sizeBytes: number, leftBytes: number, blockBytes: number): ExecutorStep[] {
  const steps: ExecutorStep[] = [
    { op: 'create', file: 'big', direct: true },
    { op: 'fallocate', file: 'big', offset: 0, length: sizeBytes - leftBytes, mode: [] },
    { op: 'fallocate', file: 'big', offset: 0, length: sizeBytes, mode: [] },
  ];
  for (let hole = 0; hole < 40; hole++) {
    steps.push({
      op: 'fallocate',
      file: 'big',
      offset: hole * 97 * blockBytes,
      length: (1 + (hole % 9) * 3) * blockBytes,
      mode: ['punch-hole'],
    });
  }
  return [...steps, { op: 'sync' }];
}

/** Takes everything with one file, then punches holes of `holeBlocks` into it: no long run is left. */
function perforating(
  sizeBytes: number,
  blockBytes: number,
  holes: number,
  holeBlocks: (hole: number) => number,
): ExecutorStep[] {
  const steps: ExecutorStep[] = [{ op: 'create', file: 'big', direct: true }];
  for (let length = sizeBytes; length >= blockBytes; length = Math.floor(length / 8)) {
    steps.push({ op: 'fallocate', file: 'big', offset: 0, length: sizeBytes + length, mode: [] });
  }
  for (let hole = 0; hole < holes; hole++) {
    const offset = hole * 41 * blockBytes;
    steps.push({
      op: 'fallocate',
      file: 'big',
      offset,
      length: holeBlocks(hole) * blockBytes,
      mode: ['punch-hole'],
    });
  }
  return [...steps, { op: 'sync' }];
}

/** Frees much and asks for much before the commit that brings it back. */
const hurry: readonly ExecutorStep[] = [
  { op: 'create', file: 'h0', direct: true },
  { op: 'fallocate', file: 'h0', offset: 0, length: 8 * MiB, mode: [] },
  { op: 'sync' },
  { op: 'unlink', file: 'big' },
  {
    op: 'write',
    file: 'h0',
    offset: 16 * MiB,
    length: 4 * MiB,
    atomic: false,
    direct: true,
    sync: 'none',
    vectors: 1,
  },
  { op: 'fallocate', file: 'h0', offset: 32 * MiB, length: 8 * MiB, mode: [] },
];

const kinds: readonly Kind[] = [
  { name: 'defaults, 512 MiB', sizeBytes: 512 * MiB, mkfs: [] },
  { name: 'cold buddies, 2 GiB', sizeBytes: 2 * GiB, mkfs: [], warm: false },
  { name: 'cold buddies, 40 GiB', sizeBytes: 40 * GiB, mkfs: [], warm: false },
  { name: '1 KiB blocks, 300 MiB', sizeBytes: 300 * MiB, mkfs: ['-b', '1024'] },
  { name: '1 KiB blocks, cold', sizeBytes: 300 * MiB, mkfs: ['-b', '1024'], warm: false },
  { name: '2 KiB blocks, 1 GiB', sizeBytes: GiB, mkfs: ['-b', '2048'] },
  { name: 'bigalloc 16 KiB', sizeBytes: GiB, mkfs: ['-O', 'bigalloc', '-C', '16384'] },
  { name: 'bigalloc 64 KiB', sizeBytes: 4 * GiB, mkfs: ['-O', 'bigalloc', '-C', '65536'] },
  { name: 'no flex_bg', sizeBytes: GiB, mkfs: ['-O', '^flex_bg'] },
  { name: 'no flex_bg, cold', sizeBytes: GiB, mkfs: ['-O', '^flex_bg'], warm: false },
  { name: 'groups of 8192 blocks', sizeBytes: 512 * MiB, mkfs: ['-g', '8192'] },
  { name: 'groups of 8192 blocks, 4 GiB', sizeBytes: 4 * GiB, mkfs: ['-g', '8192'] },
  { name: 'stripe of 64 blocks', sizeBytes: GiB, mkfs: ['-E', 'stride=16,stripe_width=64'] },
  {
    name: 'stripe of 48 blocks, 40 GiB',
    sizeBytes: 40 * GiB,
    mkfs: [],
    mountOptions: 'stripe=48',
  },
  {
    name: 'stripe of 2048 blocks',
    sizeBytes: GiB,
    mkfs: [],
    mountOptions: 'stripe=2048',
  },
  {
    name: 'bigalloc with stripe',
    sizeBytes: GiB,
    mkfs: ['-O', 'bigalloc', '-C', '16384', '-E', 'stride=16,stripe_width=64'],
  },
  { name: 'no journal', sizeBytes: 512 * MiB, mkfs: ['-O', '^has_journal'] },
  {
    name: 'data=writeback',
    sizeBytes: 512 * MiB,
    mkfs: [],
    mountOptions: 'data=writeback',
  },
  {
    name: 'nodelalloc',
    sizeBytes: 512 * MiB,
    mkfs: [],
    mountOptions: 'nodelalloc',
  },
  {
    name: 'data=journal',
    sizeBytes: 512 * MiB,
    mkfs: [],
    mountOptions: 'data=journal',
  },
  { name: '64 GiB', sizeBytes: 64 * GiB, mkfs: [] },
  { name: '64 GiB on flash', sizeBytes: 64 * GiB, mkfs: [], rotational: false },
  {
    name: 'groups of 8192 blocks on flash',
    sizeBytes: 4 * GiB,
    mkfs: ['-g', '8192'],
    rotational: false,
  },
  {
    name: 'mb_optimize_scan=1 on 3 groups',
    sizeBytes: 384 * MiB,
    mkfs: [],
    mountOptions: 'mb_optimize_scan=1',
  },
  {
    name: 'mb_optimize_scan=0 on 40 GiB',
    sizeBytes: 40 * GiB,
    mkfs: [],
    mountOptions: 'mb_optimize_scan=0',
  },
  {
    name: 'no extents',
    sizeBytes: 512 * MiB,
    mkfs: ['-O', '^extents,^64bit'],
    shape: { fallocate: false },
  },
  {
    name: 'no extents, 4 GiB on flash',
    sizeBytes: 4 * GiB,
    mkfs: ['-O', '^extents,^64bit'],
    rotational: false,
    shape: { fallocate: false },
  },
  { name: 'aged, 256 MiB', sizeBytes: 256 * MiB, mkfs: [], first: ageing },
  {
    name: 'aged, groups of 8192 blocks on flash',
    sizeBytes: GiB,
    mkfs: ['-g', '8192'],
    first: ageing,
    rotational: false,
  },
  { name: 'aged, 1 KiB blocks', sizeBytes: 256 * MiB, mkfs: ['-b', '1024'], first: ageing },
  {
    name: 'nearly full, 64 MiB',
    sizeBytes: 64 * MiB,
    mkfs: [],
    first: filling(64 * MiB, 12 * MiB, 4096),
    shape: { buffered: false },
  },
  {
    name: 'nearly full, 1 KiB blocks, 24 MiB',
    sizeBytes: 24 * MiB,
    mkfs: ['-b', '1024'],
    first: filling(24 * MiB, 4 * MiB, 1024),
    shape: { buffered: false },
  },
  {
    name: 'nearly full, bigalloc',
    sizeBytes: 256 * MiB,
    mkfs: ['-O', 'bigalloc', '-C', '16384'],
    first: filling(256 * MiB, 30 * MiB, 4096),
    shape: { buffered: false },
  },
  {
    name: 'nearly full, 2 GiB in small groups on flash',
    sizeBytes: 2 * GiB,
    mkfs: ['-g', '8192'],
    rotational: false,
    first: filling(2 * GiB, 100 * MiB, 4096),
    shape: { buffered: false },
  },
  {
    name: 'perforated by short holes',
    sizeBytes: 64 * MiB,
    mkfs: [],
    first: perforating(64 * MiB, 4096, 320, () => 3),
    shape: { buffered: false },
  },
  {
    name: 'perforated by holes of many lengths',
    sizeBytes: 96 * MiB,
    mkfs: ['-b', '2048'],
    first: perforating(96 * MiB, 2048, 400, (hole) => 1 + ((hole * 7) % 37)),
    shape: { buffered: false },
  },
  {
    name: 'perforated, small groups, index',
    sizeBytes: 128 * MiB,
    mkfs: ['-g', '1024'],
    rotational: false,
    first: perforating(128 * MiB, 4096, 500, (hole) => 1 + ((hole * 5) % 23)),
    shape: { buffered: false },
  },
  {
    name: 'perforated, bigalloc',
    sizeBytes: 512 * MiB,
    mkfs: ['-O', 'bigalloc', '-C', '16384'],
    first: perforating(512 * MiB, 16384, 500, (hole) => 1 + ((hole * 5) % 23)),
    shape: { buffered: false },
  },
  {
    name: 'nothing free before the commit',
    sizeBytes: 64 * MiB,
    mkfs: [],
    first: [...filling(64 * MiB, 12 * MiB, 4096), ...hurry],
    shape: { buffered: false },
  },
  {
    name: 'files that leave remnants of group preallocations',
    sizeBytes: 256 * MiB,
    mkfs: [],
    first: [
      { op: 'many', prefix: 'm', count: 700, length: 15 * 4096, how: 'direct' },
      { op: 'many', prefix: 'n', count: 200, length: 13 * 4096, how: 'buffered' },
    ],
  },
];

/** Every kind of filesystem that the replay covers, with random work from a seed. */
export function scenarios(seed: number): Scenario[] {
  return kinds.map(({ first = [], mountOptions, warm = true, shape, ...kind }) => {
    const blockSize = kind.mkfs.indexOf('-b');
    const blockBytes = blockSize < 0 ? 4096 : Number(kind.mkfs[blockSize + 1]);
    const random = randomSteps(seed, {
      steps: 150,
      blockBytes,
      maxBlocks: 3000,
      files: 7,
      buffered: true,
      fallocate: true,
      ...shape,
    });
    const journal = kind.mkfs.includes('^has_journal') ? [] : ['commit=300'];
    return {
      ...kind,
      mkfs: blockSize < 0 ? ['-b', '4096', ...kind.mkfs] : kind.mkfs,
      mountOptions: [
        'no_prefetch_block_bitmaps',
        ...journal,
        ...(mountOptions === undefined ? [] : [mountOptions]),
      ].join(','),
      warm,
      steps: [...first, ...random],
    };
  });
}
