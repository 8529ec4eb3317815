import type { Random } from './random.ts';
import type { StepKind, Workload } from './workload.ts';

const KiB = 2 ** 10;
const MiB = 2 ** 20;
const GiB = 2 ** 30;

/** One corner of the world that random plans visit: which filesystem, and what is done to it. */
export interface PlanProfile {
  readonly about: string;
  /** Image sizes in bytes, least and most. */
  readonly size: readonly [number, number];
  /** Sizes are multiples of this; 1 MiB where it is left out. */
  readonly sizeStep?: number;
  readonly mkfs: (random: Random) => string[];
  /** Extended options of mkfs (-E). */
  readonly extended?: (random: Random) => string[];
  readonly mountOptions?: (random: Random) => string;
  /** What a kernel may have been built without, so that it cannot mount such a filesystem. */
  readonly needs?: string;
  readonly workload: Workload;
}

const everything: Readonly<Partial<Record<StepKind, number>>> = {
  direct: 30,
  buffered: 30,
  atomic: 3,
  fallocate: 12,
  'fallocate-mode': 10,
  truncate: 6,
  create: 8,
  unlink: 5,
  mkdir: 2,
  fsync: 3,
  sync: 2,
  close: 5,
  open: 2,
  remount: 1,
  layout: 2,
  odd: 4,
};

const ordinary: Workload = {
  weights: everything,
  pattern: 'mixed',
  files: [1, 5],
  steps: [8, 80],
  unitBytes: 4 * KiB,
  longestBytes: 16 * MiB,
  manyFiles: 60,
};

const directOnly: Workload = {
  ...ordinary,
  weights: { direct: 20, create: 2 },
  files: [1, 6],
  steps: [8, 60],
};

const with4k = () => ['-b', '4096'];
const fresh = { size: [512 * MiB, 6 * GiB], mkfs: with4k } as const;
const small = { size: [512 * MiB, 2 * GiB], mkfs: with4k } as const;

const tight = {
  size: [24 * MiB, 96 * MiB],
  mkfs: (random: Random) => ['-b', random.pick(['1024', '4096']), '-m', random.pick(['0', '5'])],
} as const;

const agedWeights = { ...everything, many: 8, 'unlink-every': 6 };

/** Every profile of the random-plan generator, by name. */
export const planProfiles = {
  'direct-one-file': {
    ...fresh,
    about: 'direct writes to one file on a fresh default filesystem',
    workload: { ...directOnly, weights: { direct: 1 }, files: [1, 1] },
  },
  'direct-many-files': {
    ...fresh,
    about: 'direct writes to several files on a fresh default filesystem',
    workload: directOnly,
  },
  everything: { ...fresh, about: 'every step on a fresh default filesystem', workload: ordinary },
  long: { ...small, about: 'up to 400 steps of every kind', workload: { ...ordinary, steps: [200, 400] } },
  large: {
    about: 'requests up to 64 MiB',
    size: [2 * GiB, 8 * GiB],
    mkfs: with4k,
    workload: { ...ordinary, steps: [8, 30], longestBytes: 64 * MiB },
  },
  'blocks-1k': {
    about: '1 KiB blocks',
    size: [128 * MiB, GiB],
    mkfs: () => ['-b', '1024'],
    workload: { ...ordinary, unitBytes: KiB, longestBytes: 4 * MiB },
  },
  'blocks-2k': {
    about: '2 KiB blocks',
    size: [256 * MiB, GiB],
    mkfs: () => ['-b', '2048'],
    workload: { ...ordinary, unitBytes: 2 * KiB, longestBytes: 8 * MiB },
  },
  // mke2fs refuses some sizes that end just behind the beginning of a group of clusters.
  'bigalloc-16k': {
    ...small,
    sizeStep: 64 * MiB,
    about: 'clusters of 16 KiB',
    mkfs: () => ['-b', '4096', '-O', 'bigalloc', '-C', '16384'],
    workload: ordinary,
  },
  'bigalloc-64k': {
    ...small,
    sizeStep: 64 * MiB,
    about: 'clusters of 64 KiB',
    mkfs: () => ['-b', '4096', '-O', 'bigalloc', '-C', '65536'],
    workload: ordinary,
  },
  'no-flex-bg': {
    ...small,
    about: 'no flexible groups',
    mkfs: () => ['-b', '4096', '-O', '^flex_bg'],
    workload: ordinary,
  },
  'small-groups': {
    ...small,
    about: 'groups of 8192 blocks',
    mkfs: () => ['-b', '4096', '-g', '8192'],
    workload: ordinary,
  },
  stripe: {
    ...small,
    about: 'stride and stripe width',
    extended: (random) => {
      const stride = random.pick([4, 16, 32]);
      return [`stride=${stride}`, `stripe_width=${stride * random.pick([1, 2, 4])}`];
    },
    workload: ordinary,
  },
  // Which inode is reused depends on the clock's seconds, so that such a plan must be over within one.
  'no-journal': {
    ...small,
    about: 'no journal',
    mkfs: () => ['-b', '4096', '-O', '^has_journal'],
    workload: { ...ordinary, steps: [8, 40], longestBytes: 4 * MiB },
  },
  hundreds: {
    about: 'hundreds of groups, where the group search is optimised',
    size: [16 * GiB, 64 * GiB],
    mkfs: with4k,
    workload: { ...ordinary, longestBytes: 64 * MiB },
  },
  // Under delayed allocation a nearly full filesystem wakes the flusher, whose allocations race with the plan's; so one
  // profile goes without it, and one with it but without delayed data.
  'nearly-full': {
    ...tight,
    about: 'a small filesystem that fills up, no delayed allocation',
    mountOptions: () => 'nodelalloc',
    workload: { ...ordinary, weights: { ...agedWeights, fallocate: 20 } },
  },
  'nearly-full-direct': {
    ...tight,
    about: 'a small filesystem that fills up with direct writes and fallocate',
    workload: { ...ordinary, weights: { ...everything, fallocate: 20, buffered: 0 } },
  },
  aged: {
    ...small,
    about: 'hundreds of files made and removed between the steps',
    workload: { ...ordinary, weights: agedWeights, manyFiles: 300 },
  },
  directories: {
    ...small,
    about: 'directories with thousands of files',
    workload: { ...ordinary, weights: { ...agedWeights, many: 20 }, manyFiles: 3000, steps: [8, 30] },
  },
  indirect: {
    ...small,
    about: 'files mapped by indirect blocks',
    mkfs: () => ['-b', '4096', '-O', '^extents,^64bit'],
    workload: { ...ordinary, longestBytes: 8 * MiB },
  },
  'inline-data': {
    ...small,
    about: 'data inside the inode',
    mkfs: () => ['-b', '4096', '-I', '256', '-O', 'inline_data'],
    workload: { ...ordinary, weights: { ...everything, many: 2 } },
  },
  nodelalloc: {
    ...small,
    about: 'no delayed allocation',
    mountOptions: () => 'nodelalloc',
    workload: ordinary,
  },
  writeback: { ...small, about: 'data=writeback', mountOptions: () => 'data=writeback', workload: ordinary },
  // Long writes would make transactions so large that the journal's thread commits them when it finds the time.
  'journalled-data': {
    ...small,
    about: 'data=journal',
    mountOptions: () => 'data=journal',
    workload: { ...ordinary, weights: { ...everything, fsync: 10 }, longestBytes: 256 * KiB },
  },
  'no-64bit': {
    ...small,
    about: 'descriptors of 32 bytes',
    mkfs: () => ['-b', '4096', '-O', '^64bit'],
    workload: ordinary,
  },
  quota: {
    ...small,
    about: 'quota and project features',
    needs: 'CONFIG_QFMT_V2',
    mkfs: () => ['-b', '4096', '-O', 'quota,project'],
    workload: ordinary,
  },
  append: { ...small, about: 'files that grow at their ends', workload: { ...ordinary, pattern: 'append' } },
  overwrite: { ...small, about: 'random overwrites', workload: { ...ordinary, pattern: 'overwrite' } },
  sparse: { ...small, about: 'sparse files', workload: { ...ordinary, pattern: 'sparse' } },
  log: {
    ...small,
    about: 'short appends, each made durable',
    workload: {
      ...ordinary,
      pattern: 'append',
      weights: { direct: 10, buffered: 30, fsync: 20, close: 2, create: 2, unlink: 1, truncate: 1 },
      longestBytes: 64 * KiB,
    },
  },
  database: {
    ...small,
    about: 'pages of 4 to 64 KiB in preallocated files',
    workload: {
      ...ordinary,
      pattern: 'pages',
      weights: { direct: 50, fallocate: 6, atomic: 4, fsync: 6, 'fallocate-mode': 3, create: 1, close: 1 },
    },
  },
} as const satisfies Record<string, PlanProfile>;

/** The name of a profile of random plans. */
export type PlanProfileName = keyof typeof planProfiles;
/** All of them, in their order. */
export const planProfileNames = Object.keys(planProfiles) as PlanProfileName[];
