import type { StepInput } from '../plan.ts';
import { FileSet } from './file-set.ts';
import type { Random } from './random.ts';

/** What a random plan is made of, and how often each kind comes; kinds left out never come. */
export type StepKind =
  | 'direct'
  | 'buffered'
  | 'atomic'
  | 'fallocate'
  | 'fallocate-mode'
  | 'truncate'
  | 'create'
  | 'unlink'
  | 'mkdir'
  | 'fsync'
  | 'sync'
  | 'close'
  | 'open'
  | 'remount'
  | 'layout'
  | 'many'
  | 'unlink-every'
  | 'odd';

/** How the next offset in a file is chosen. */
export type Pattern = 'mixed' | 'append' | 'overwrite' | 'sparse' | 'pages';

/** What the steps of a random plan are drawn from. */
export interface Workload {
  readonly weights: Readonly<Partial<Record<StepKind, number>>>;
  readonly pattern: Pattern;
  /** Files to begin with, least and most. */
  readonly files: readonly [number, number];
  /** Steps, least and most. */
  readonly steps: readonly [number, number];
  /** Smallest unit of offsets and lengths, in bytes. */
  readonly unitBytes: number;
  /** Longest single request, in bytes. */
  readonly longestBytes: number;
  /** Files of one `many` step, at most. */
  readonly manyFiles: number;
}

/** Invents the steps of one plan. */
export function inventSteps(random: Random, workload: Workload): StepInput[] {
  const files = new FileSet();
  const steps: StepInput[] = [];
  const beginWith = random.between(...workload.files);
  for (let i = 0; i < beginWith; i++) steps.push({ op: 'create', file: files.add(random) });
  const length = random.between(...workload.steps);
  while (steps.length < length) steps.push(...inventStep(random, workload, files));
  return steps;
}

function inventStep(random: Random, workload: Workload, files: FileSet): StepInput[] {
  const kind = random.weighted(workload.weights);
  if (kind === 'mkdir') return [{ op: 'mkdir', file: files.addFolder(random) }];
  if (kind === 'sync' || kind === 'remount') return [{ op: kind }];
  if (kind === 'many' || kind === 'unlink-every') return [inventBulk(random, workload, kind)];
  if (kind === 'create' || files.count === 0) {
    return [{ op: 'create', file: files.add(random), direct: random.chance(70) }];
  }
  return [inventOnFile(random, workload, files, kind)];
}

type FileStepKind = Exclude<StepKind, 'mkdir' | 'sync' | 'remount' | 'many' | 'unlink-every' | 'create'>;

function inventOnFile(random: Random, workload: Workload, files: FileSet, kind: FileStepKind): StepInput {
  const file = random.pick(files.names());
  switch (kind) {
    case 'unlink':
      files.remove(file);
      return { op: 'unlink', file };
    case 'fsync':
    case 'close':
    case 'layout':
      return { op: kind, file };
    case 'open':
      return { op: 'open', file, direct: random.chance(50) };
    case 'truncate': {
      const size = inventSize(random, workload, files.sizeOf(file));
      files.resize(file, size);
      return { op: 'truncate', file, size };
    }
    case 'odd':
      return inventOddity(random, file);
    default:
      return inventRange(random, workload, files, file, kind);
  }
}

function inventRange(
  random: Random,
  workload: Workload,
  files: FileSet,
  file: string,
  kind: 'direct' | 'buffered' | 'atomic' | 'fallocate' | 'fallocate-mode',
): StepInput {
  const unitBytes = kind === 'buffered' && random.chance(20) ? 100 : workload.unitBytes;
  const length =
    kind === 'atomic' ? 4096 * 2 ** random.between(0, 6) : inventLength(random, workload, unitBytes);
  const offset = inventOffset(random, workload, files.sizeOf(file), length, unitBytes);
  if (kind === 'fallocate-mode') {
    const mode = random.pick([
      ['keep-size'],
      ['punch-hole'],
      ['zero-range'],
      ['zero-range', 'keep-size'],
      ['collapse-range'],
      ['insert-range'],
      ['punch-hole', 'keep-size'],
      ['collapse-range', 'keep-size'],
      ['insert-range', 'zero-range'],
    ] as const);
    return { op: 'fallocate', file, offset, length, mode: [...mode] };
  }
  files.grow(file, offset + length);
  if (kind === 'fallocate') return { op: 'fallocate', file, offset, length };
  const sync = random.weighted({ none: 8, dsync: 1, sync: 1 });
  if (kind === 'atomic')
    return { op: 'write', file, offset, length, atomic: true, direct: random.chance(90), sync };
  return { op: 'write', file, offset, length, direct: kind === 'direct', sync };
}

/** Steps that the kernel should refuse, or that mean nothing. */
function inventOddity(random: Random, file: string): StepInput {
  return random.pick<StepInput>([
    { op: 'create', file },
    { op: 'open', file: 'missing' },
    { op: 'unlink', file: 'missing' },
    { op: 'close', file: 'missing' },
    { op: 'truncate', file: 'missing', size: 1 },
    { op: 'mkdir', file },
    { op: 'create', file: `${file}/below` },
    { op: 'create', file: 'missing/below' },
    { op: 'write', file, offset: 100, length: 4096 },
    { op: 'write', file, offset: 0, length: 100 },
    { op: 'write', file, offset: 0, length: 0 },
    { op: 'write', file, offset: 2 ** 50, length: 4096 },
    { op: 'write', file, offset: 4096, length: 12288, atomic: true },
    { op: 'write', file, offset: 0, length: 8192, atomic: true, vectors: 2 },
    { op: 'fallocate', file, offset: 0, length: 0 },
    { op: 'fallocate', file, offset: 2 ** 52, length: 4096 },
    { op: 'fallocate', file, offset: 100, length: 4096, mode: ['collapse-range'] },
    { op: 'truncate', file, size: 2 ** 52 },
    { op: 'create', file: 'x'.repeat(256) },
  ]);
}

function inventBulk(random: Random, workload: Workload, kind: 'many' | 'unlink-every'): StepInput {
  const prefix = random.pick(['m', 'n', 'a-rather-long-name-for-a-file-']);
  const count = random.between(1, workload.manyFiles);
  if (kind === 'unlink-every')
    return { op: kind, prefix, count, step: random.between(1, 4), start: random.between(0, 3) };
  const length = workload.unitBytes * random.between(0, 16);
  return { op: kind, prefix, count, length, how: random.pick(['direct', 'buffered', 'fallocate']) };
}

/** Short requests are the common ones, long ones rare: the exponent is uniform. */
function inventLength(random: Random, workload: Workload, unitBytes: number): number {
  if (workload.pattern === 'pages') return workload.unitBytes * random.pick([1, 2, 4, 4, 4, 16]);
  const most = Math.floor(Math.log2(workload.longestBytes / unitBytes));
  const units = 2 ** random.between(0, most);
  return unitBytes * (random.chance(50) ? units : random.between(Math.max(1, units >> 1), units));
}

function inventOffset(
  random: Random,
  workload: Workload,
  size: number,
  length: number,
  unitBytes: number,
): number {
  const end = Math.ceil(size / unitBytes);
  const whole = Math.max(1, Math.floor(length / unitBytes));
  switch (workload.pattern) {
    case 'append':
      return unitBytes * (random.chance(90) ? end : random.between(0, end));
    case 'overwrite':
      return unitBytes * random.between(0, Math.max(end, 64));
    case 'sparse':
      return unitBytes * random.between(0, 2 ** random.between(4, 24));
    case 'pages':
      return whole * unitBytes * random.between(0, 512);
    case 'mixed':
      return (
        unitBytes *
        random.pick([0, end, end + random.between(0, 64), random.between(0, end), random.between(0, 4096)])
      );
  }
}

function inventSize(random: Random, workload: Workload, size: number): number {
  const aimed = random.pick([
    0,
    size / 2,
    size * 0.9,
    size + workload.longestBytes / 4,
    random.between(0, 2 ** 22),
  ]);
  return random.chance(70) ? Math.floor(aimed / 4096) * 4096 : Math.floor(aimed);
}
