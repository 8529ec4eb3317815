import {
  judgeAtomicWrite,
  parseKernelRelease,
  type AtomicFacts,
  type AtomicVerdict,
  type Ext4Facts,
  type FilesystemFacts,
} from '../../core/atomic/index.ts';
import { assertExists } from '../../core/assert.ts';
import { parsePlan, type Drive, type StepInput } from '../../core/experiment/plan.ts';
import { readXfsGeometry } from '../../core/atomic/index.ts';
import { openFileSource } from '../../main/bytes/index.ts';
import { prepareSandbox, type Guest, type SandboxPlan } from '../../main/sandbox/index.ts';

/** What lies on the drive: a filesystem as the plan format names it, and how much room it needs. */
export interface MatrixScene {
  readonly name: string;
  readonly mkfs: { readonly fs: 'ext4' | 'xfs'; readonly args: string[] } | null;
  readonly mountOptions?: string;
}

const KiB = 1024;
const regionBytes = 512 * KiB;
const lengths = Array.from({ length: 10 }, (_, power) => 512 * 2 ** power);
const ranges = ['hole', 'unwritten', 'written', 'mixed'] as const;

export const matrixScenes: readonly MatrixScene[] = [
  { name: 'raw', mkfs: null },
  { name: 'ext4 with 1 KiB blocks', mkfs: ext4('-b', '1024') },
  { name: 'ext4 with 4 KiB blocks', mkfs: ext4('-b', '4096') },
  { name: 'ext4 with 16 KiB clusters', mkfs: ext4('-b', '4096', '-O', 'bigalloc', '-C', '16384') },
  { name: 'ext4 with 64 KiB clusters', mkfs: ext4('-b', '4096', '-O', 'bigalloc', '-C', '65536') },
  { name: 'ext4 without extents', mkfs: ext4('-b', '4096', '-O', '^extents,^64bit') },
  {
    name: 'ext4 with data=journal',
    mkfs: ext4('-b', '4096', '-O', 'bigalloc', '-C', '16384'),
    mountOptions: 'data=journal',
  },
  { name: 'XFS with reflink', mkfs: { fs: 'xfs', args: ['-m', 'reflink=1'] } },
  { name: 'XFS without reflink', mkfs: { fs: 'xfs', args: ['-m', 'reflink=0'] } },
];

function ext4(...args: string[]): MatrixScene['mkfs'] {
  return { fs: 'ext4', args };
}

interface Cell {
  readonly step: number;
  readonly text: string;
  readonly offset: number;
  readonly length: number;
  readonly vectors: number;
  readonly direct: boolean;
}

/** Every cell is one atomic write of the plan; refused ones change nothing, so the accepted one comes last. */
function stepsOf(scene: MatrixScene): { steps: StepInput[]; cells: Cell[] } {
  const file = scene.mkfs ? 'file' : 'device';
  const steps: StepInput[] = scene.mkfs ? [{ op: 'create', file }] : [];
  const cells: Cell[] = [];
  let region = 0;
  for (const range of scene.mkfs ? ranges : (['hole'] as const))
    for (const length of lengths) {
      const start = region++ * regionBytes;
      steps.push(...preparation(file, range, start, length, scene));
      const write = (shape: string, offset: number, size: number, vectors: number, direct: boolean) => {
        const text = `${scene.name}: ${size} at ${offset} on ${range}, ${shape}`;
        cells.push({ step: steps.length, text, offset, length: size, vectors, direct });
        steps.push({ op: 'write', file, offset, length: size, vectors, direct, atomic: true });
      };
      write('half a length off', start + length / 2, length, 1, true);
      write('no power of two', start, length + length / 2, 1, true);
      write('two vectors', start, length, 2, true);
      write('not direct', start, length, 1, false);
      write('aligned', start, length, 1, true);
    }
  return { steps, cells };
}

function preparation(
  file: string,
  range: (typeof ranges)[number],
  offset: number,
  length: number,
  { mkfs }: MatrixScene,
): StepInput[] {
  const whole = Math.max(4096, length);
  if (!mkfs || range === 'hole') return [];
  const allocate: StepInput = {
    op: 'fallocate',
    file,
    offset,
    length: range === 'mixed' ? whole / 2 : whole,
  };
  if (range === 'unwritten') return [allocate];
  if (range === 'written') return [{ op: 'write', file, offset, length: whole }];
  return [allocate, { op: 'write', file, offset, length: Math.min(4096, whole) }];
}

export interface MatrixResult {
  readonly cells: number;
  readonly accepted: number;
  readonly differences: readonly string[];
}

/** Runs one scene in a guest and lays every cell beside the rules. */
export async function runMatrix(guest: Guest, scene: MatrixScene, drive: Drive): Promise<MatrixResult> {
  const { steps, cells } = stepsOf(scene);
  // One size for all: XFS takes no less.
  const size = '320MiB';
  const plan = parsePlan({
    version: 1,
    target: {
      kind: 'sandbox',
      size,
      drive: { ...drive },
      ...(scene.mkfs ? { mkfs: scene.mkfs } : {}),
      ...(scene.mountOptions === undefined ? {} : { mountOptions: scene.mountOptions }),
    },
    steps,
  }) as SandboxPlan;
  const lab = await prepareSandbox(plan, { guest });
  try {
    const facts: AtomicFacts = {
      kernel: assertExists(parseKernelRelease(guest.facts.release), 'a guest has a release'),
      device: lab.drive.device,
      file: scene.mkfs ? { kind: 'regular', filesystem: filesystemOf(scene, lab.image) } : { kind: 'block' },
    };
    const { outcome } = await lab.execute({});
    const differences: string[] = [];
    let accepted = 0;
    for (const cell of cells) {
      const { result, errno } = assertExists(outcome.steps[cell.step], 'every step has its answer');
      const real = result >= 0 ? String(result) : (errno ?? '');
      if (result >= 0) accepted++;
      const { offset: offsetBytes, length: lengthBytes, vectors, direct } = cell;
      const verdict = judgeAtomicWrite(facts, { offsetBytes, lengthBytes, vectors, direct });
      const expected = inWords(verdict, lengthBytes);
      if (real !== expected) differences.push(`${cell.text}: the rules say ${expected}, the kernel ${real}`);
    }
    return { cells: cells.length, accepted, differences };
  } finally {
    await lab.dispose();
  }
}

function inWords(verdict: AtomicVerdict, lengthBytes: number): string {
  if (verdict.kind === 'allowed') return String(lengthBytes);
  return verdict.kind === 'refused' ? verdict.errno : `unknown: ${verdict.missing}`;
}

function filesystemOf({ mkfs, mountOptions }: MatrixScene, image: string | null): FilesystemFacts {
  if (mkfs?.fs === 'xfs') {
    const source = openFileSource(assertExists(image, 'a formatted drive has an image'));
    const geometry = readXfsGeometry(source) ?? 'unknown';
    source.close();
    return { kind: 'xfs', geometry, realtimeFile: false, maxAtomicWriteBytes: null };
  }
  const value = (flag: string) => mkfs?.args[mkfs.args.indexOf(flag) + 1];
  const blockBytes = Number(value('-b'));
  const bigalloc = mkfs?.args.includes('-C') ?? false;
  const extents = !(mkfs?.args.join(' ').includes('^extents') ?? false);
  const facts: Ext4Facts = {
    kind: 'ext4',
    blockBytes,
    clusterBytes: bigalloc ? Number(value('-C')) : blockBytes,
    extentFeature: extents,
    extentFile: extents,
    inlineFile: false,
    encryption: 'none',
    verity: false,
    journalledData: mountOptions === 'data=journal',
    dax: false,
  };
  return facts;
}
