import type { Extent, Outcome } from '../../core/experiment/outcome.ts';
import { compareOutcomes } from '../../core/experiment/compare.ts';
import type { Plan } from '../../core/experiment/plan.ts';
import type { SandboxList, Volume } from '../../core/rpc/index.ts';
import { sampleDevices } from './sample-devices.ts';
import { sampleVersus } from './sample-versus.ts';
import { samplePassport } from './sample-passport.ts';
import { Cancelled, Unable } from '../../main/failure.ts';
import type { Laboratory, Work } from '../../main/service/index.ts';

/**
 * A laboratory that answers at once with what a plan's name asks for: the states of the interface that a healthy
 * machine does not show. Its layouts are made up.
 */
export const standIn: Laboratory = {
  predict: async (plan, work) => {
    await beforehand(plan, work);
    return { outcome: predictedOf(plan), volume: volumeOf(plan) };
  },
  run: async (plan, work) => {
    await beforehand(plan, work);
    const predicted = predictedOf(plan);
    const actual = outcomeOf(plan, plan.name.includes('differs') ? 3 : 0);
    const differences = compareOutcomes(predicted, actual);
    const disturbed = plan.name.includes('disturbed')
      ? ['another process wrote 3 blocks to the mounted filesystem']
      : [];
    const match = differences.length === 0 && disturbed.length === 0;
    return {
      report: { predicted, actual, match, differences, disturbed, doubts: [] },
      volume: volumeOf(plan),
      kernel: plan.target.kind === 'sandbox' ? (plan.target.kernel ?? '7.2.7') : null,
    };
  },
  versus: async (plan, allocators, unitBytes, work) => {
    await beforehand(plan, work);
    return sampleVersus(plan, allocators, unitBytes);
  },
  probe: (path) =>
    path === samplePassport.path
      ? Promise.resolve(samplePassport)
      : Promise.reject(new Unable(`${path}: no such file`, path)),
  devices: () => sampleDevices,
  privilege: () => able,
  sandboxes: () => sandboxes,
  installSandbox: async (_what, _version, work) => work.onProgress({ phase: 'fetching packages' }),
};

const able = { possible: true, why: '', remedy: '', way: 'root' } as const;

/** A machine with both kinds of guests. */
const sandboxes: SandboxList = {
  kernels: [
    {
      name: 'uml',
      title: 'User Mode Linux 7.2.7',
      machine: 'uml',
      release: '7.2.7',
      path: '/usr/bin/linux.uml',
      drives: ['scsi', 'loop'],
      allocator: 'linux-7.2',
      allocatorExact: true,
      run: able,
    },
    {
      name: '6.18.15+deb13-cloud-amd64',
      title: 'Linux 6.18.15+deb13-cloud-amd64 in QEMU',
      machine: 'qemu',
      release: '6.18.15+deb13-cloud-amd64',
      path: '/boot/vmlinuz-6.18.15+deb13-cloud-amd64',
      drives: ['scsi', 'nvme', 'loop'],
      allocator: 'linux-6.18',
      allocatorExact: true,
      run: able,
    },
  ],
  emulator: '11.1',
  usual: 'uml',
  here: able,
  missing: [],
};

/** The same, on a machine where the user may not run anything. */
export const standInWithoutPrivilege: Laboratory = {
  ...standIn,
  sandboxes: () => ({ ...sandboxes, kernels: [], emulator: null, usual: null, here: noPrivilege, missing }),
  privilege: () => noPrivilege,
};

const noPrivilege = {
  possible: false,
  why: 'Loop devices and mounts need root, and this service runs as an ordinary user.',
  remedy: 'Start it again with sudo untorn serve.',
};

const missing: SandboxList['missing'] = [
  {
    what: 'uml',
    title: 'User Mode Linux',
    gives: 'RWF_ATOMIC on ext4 and XFS in about three seconds, without root (36 MB)',
    command: 'untorn sandbox install uml',
  },
];

const smallVolume = {
  fs: 'ext4',
  blockBytes: 4096,
  clusterBytes: 4096,
  blockCount: 131_072,
  firstBlock: 0,
  blocksPerGroup: 32_768,
} as const;

function volumeOf(plan: Plan): Volume {
  return plan.name.includes('million') ? { ...smallVolume, blockCount: 1_310_720 } : smallVolume;
}

async function beforehand(plan: Plan, { onProgress, signal }: Work): Promise<void> {
  if (plan.name.includes('unable'))
    throw new Unable('mkfs.ext4 is not installed: apt-get install e2fsprogs', 'mkfs.ext4');
  if (plan.name.includes('defect')) throw new TypeError('a defect, on purpose');
  if (!plan.name.includes('endless')) return;
  onProgress({ phase: 'step', done: 40, total: 100 });
  await new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Cancelled('cancelled')));
  });
}

/** Of a plan on a mounted filesystem: what its memory holds is not known, so that a part may come out otherwise. */
function predictedOf(plan: Plan): Outcome {
  const outcome = outcomeOf(plan, 0);
  if (!plan.name.includes('uncertain')) return outcome;
  const { journal, ...others } = outcome.files;
  const doubtful = { ...(journal ?? { extents: [] }), uncertain: [{ logical: 8, length: 4 }] };
  return {
    ...outcome,
    files: { journal: doubtful, ...others },
    certain: false,
    uncertain: {
      because: ['its preallocation is not on disk'],
      within: [{ physical: 33_296, length: 8 }],
    },
  };
}

function outcomeOf(plan: Plan, shiftBlocks: number): Outcome {
  const steps = plan.steps.map(({ op }, index) => ({
    op,
    result: index === 1 && shiftBlocks > 0 ? 4096 : 0,
  }));
  const count = plan.name.includes('million') ? 1_000_000 : 0;
  const files = count > 0 ? { large: { extents: scattered(count, shiftBlocks) } } : smallFiles(shiftBlocks);
  return { allocator: 'linux-6.18', steps, files };
}

/** Files interleaved with each other, one of them far away, partly unwritten, and shifted at one place. */
function smallFiles(shiftBlocks: number): Outcome['files'] {
  const extents = (...parts: readonly (readonly [number, number, number, Extent['state']?])[]) =>
    parts.map(([logical, physical, length, state = 'written']) => ({ logical, physical, length, state }));
  return {
    journal: {
      extents: extents([0, 33_280, 4], [4, 33_288, 4], [8, 33_296 + shiftBlocks, 4], [12, 33_304, 8]),
    },
    table: {
      extents: extents([0, 33_284, 4], [4, 33_292, 2], [6, 33_313, 6], [16, 98_304, 16, 'unwritten']),
    },
    empty: { extents: [] },
  };
}

/** One block each, two apart; one of them, in the middle, elsewhere where `shiftBlocks` says so. */
function scattered(count: number, shiftBlocks: number): Extent[] {
  return Array.from({ length: count }, (_, index) => ({
    logical: index,
    physical: 20 + Math.floor(index * 0.12) + (index === 654_321 && shiftBlocks > 0 ? 1 : 0) + index,
    length: 1,
    state: 'written' as const,
  }));
}
