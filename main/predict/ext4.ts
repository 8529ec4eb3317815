import { isAtLeast, sizeInWords } from '../../core/atomic/index.ts';
import { openVolume, type ByteSource, type Geometry, type Volume } from '../../core/ext4/index.ts';
import { executePlan, type Execution } from '../../core/experiment/execute.ts';
import { refuseHiddenNames } from '../../core/experiment/hidden-names.ts';
import { Watcher } from '../../core/experiment/versus/index.ts';
import { profiles, type KernelProfile } from '../../core/mballoc/index.ts';
import { LayersLook } from '../../core/experiment/layers/index.ts';
import { ReplayRecorder } from '../../core/experiment/replay/index.ts';
import type { Volume as VolumeShape } from '../../core/rpc/index.ts';
import type { Machine } from '../../core/vfs/index.ts';
import { assertExists } from '../../core/assert.ts';
import { InputError, type OnProgress } from '../failure.ts';
import { effectiveMountOptions } from '../lab/index.ts';
import { executeExplained } from './explain.ts';
import { assumedAtomicLimits, type Prediction, type PredictionJob } from './job.ts';
import { predictLive } from './live.ts';

/** Predicts a plan on ext4. Throws what core/ext4 and core/experiment throw. */
export function predictOnExt4(job: PredictionJob, source: ByteSource, onProgress: OnProgress): Prediction {
  const { plan, profileExact } = job;
  const volume = openVolume(source, { replay: job.memory === null });
  const { geometry } = volume;
  refuseHiddenNames(plan, volume);
  requireMountable(job, geometry);
  const profile = assertExists(
    profiles.find(({ name }) => name === job.allocator),
    `the profile ${job.allocator}`,
  );
  const tell = everySoOften(plan.steps.length, onProgress);
  const execution = {
    plan,
    profile,
    machine: machineOf(job, assumesAtomic(job, profile)),
    mountOptions: optionsOf(job, geometry),
    onStep: tell,
    ...(job.base === null ? {} : { base: job.base }),
  } as const;
  // A mounted filesystem is tried in several states, none of which is the one to watch.
  const watcher = job.memory === null ? watcherOf(job, volume) : null;
  const watched = watcher ? { observer: watcher } : {};
  const { outcome, decisions } = job.memory
    ? predictLive(source, job.memory, execution, job.explain)
    : executeOnce({ ...execution, ...watched, source }, job.explain);
  return {
    outcome: profileExact ? outcome : { ...outcome, profileExact },
    volume: shapeOf(geometry),
    ...(decisions ? { decisions } : {}),
    ...(watcher ? seenBy(watcher) : {}),
  };
}

/** What looks on, where anything does: one thing at a time is asked for. */
function watcherOf({ observe, replay, layers }: PredictionJob, volume: Volume) {
  if (observe) return new Watcher();
  if (layers) return new LayersLook(volume, layers);
  return replay ? new ReplayRecorder() : null;
}

function seenBy(
  watcher: NonNullable<ReturnType<typeof watcherOf>>,
): Pick<Prediction, 'observation' | 'layers' | 'replay'> {
  if (watcher instanceof Watcher) return { observation: watcher.observation };
  if (watcher instanceof ReplayRecorder) return { replay: watcher.replay };
  return watcher.layers ? { layers: watcher.layers } : {};
}

/** No kernel runs the RFC, and no loop device has limits: without some, every one of its atomic writes would be refused. */
function assumesAtomic({ assumeAtomic }: PredictionJob, { directWrites }: KernelProfile): boolean {
  return assumeAtomic || directWrites.atomicWrites === 'aligned';
}

function executeOnce(execution: Execution, explain: boolean): Pick<Prediction, 'outcome' | 'decisions'> {
  if (!explain) return { outcome: executePlan(execution) };
  const { outcome, trace } = executeExplained(execution);
  return { outcome, decisions: [trace] };
}

/** ext4 mounts blocks larger than a page since 6.19; before, block/bdev.c, sb_set_blocksize() refuses them. */
function requireMountable({ kernel, circumstances, sourceName }: PredictionJob, geometry: Geometry): void {
  const { blockSizeBytes } = geometry;
  if (blockSizeBytes <= circumstances.pageSizeBytes || isAtLeast(kernel, 6, 19)) return;
  const why = `Linux ${kernel.major}.${kernel.minor} mounts no ext4 with blocks of ${sizeInWords(blockSizeBytes)}`;
  throw new InputError(`target: ${sourceName}: ${why}, which are larger than a page`, 'target');
}

function optionsOf({ plan, circumstances }: PredictionJob, geometry: Geometry): string {
  const kind = {
    fs: 'ext4',
    hasJournal: geometry.features.hasJournal,
    clusterBlocks: geometry.clusterRatio,
  } as const;
  const buddies = 'buddies' in plan.target ? plan.target.buddies : 'settled';
  return effectiveMountOptions(circumstances.mountOptions, kind, buddies);
}

function machineOf({ circumstances, device, writeThrough }: PredictionJob, assumesLimits: boolean): Machine {
  const { possibleCpus, rotational, threadId, pageSizeBytes, largeFolios } = circumstances;
  const { atomic, logicalBlockBytes } = device;
  return {
    possibleCpus,
    rotational,
    threadId,
    pageSizeBytes,
    largeFolios,
    writeThrough,
    ...(logicalBlockBytes === 'unknown' ? {} : { logicalBlockBytes }),
    ...(atomic === 'unknown' || atomic.unitMinBytes === 0
      ? assumesLimits
        ? { atomicWrite: assumedAtomicLimits }
        : {}
      : { atomicWrite: { unitMinBytes: atomic.unitMinBytes, unitMaxBytes: atomic.unitMaxBytes } }),
  };
}

function shapeOf(geometry: Geometry): VolumeShape {
  return {
    fs: 'ext4',
    blockBytes: geometry.blockSizeBytes,
    clusterBytes: geometry.blockSizeBytes * geometry.clusterRatio,
    blockCount: geometry.blocksCount,
    firstBlock: geometry.firstDataBlock,
    blocksPerGroup: geometry.blocksPerGroup,
  };
}

/** Progress about a hundred times in a plan, however long it is. */
function everySoOften(total: number, onProgress: OnProgress): (index: number) => void {
  const stride = Math.max(1, Math.floor(total / 100));
  return (index) => {
    const done = index + 1;
    if (done % stride === 0 || done === total) onProgress({ phase: 'predicting', done, total });
  };
}
