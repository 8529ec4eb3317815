import { readXfsGeometry, whyMountRefuses, type XfsGeometry } from '../../core/atomic/index.ts';
import type { ByteSource } from '../../core/ext4/index.ts';
import { NotModelled } from '../../core/errno.ts';
import { predictOnXfs, xfsRootIsEmpty } from '../../core/experiment/xfs.ts';
import { openFileSource } from '../bytes/index.ts';
import { InputError, Unable, type OnProgress } from '../failure.ts';
import { openSnapshot } from '../snapshot/file.ts';
import { predictOnExt4 } from './ext4.ts';
import { asFailure } from './failures.ts';
import type { Prediction, PredictionJob } from './job.ts';
import { remoteSource, type AskForBytes } from './remote-source.ts';
import { maxAtomicWriteOf } from './xfs-options.ts';

/**
 * Does a prediction: the mirror's alone, on bytes that are only read. Blocks its thread; `ask` puts requests to another one, where
 * the source is that one's to read. Throws Failure.
 */
export function performPrediction(
  job: PredictionJob,
  onProgress: OnProgress,
  ask: AskForBytes = () => {
    throw new Unable('bytes of another thread are only read in one of its own');
  },
): Prediction {
  try {
    if (job.remote) return predictFromSource(job, remoteSource(job.remote, ask), onProgress);
    const snapshot = openSnapshot(job.sourcePath);
    if (snapshot) return predictOnExt4(job, snapshot, onProgress);
    const source = openFileSource(job.sourcePath);
    try {
      return predictFromSource(job, source, onProgress);
    } finally {
      source.close();
    }
  } catch (error) {
    throw asFailure(error, job.sourceName);
  }
}

function predictFromSource(job: PredictionJob, source: ByteSource, onProgress: OnProgress): Prediction {
  const geometry = readXfsGeometry(source);
  return geometry
    ? predictXfs(job, source, withFreeSpace(geometry, job))
    : predictOnExt4(job, source, onProgress);
}

/** XFS counts free blocks in memory while it is mounted; the superblock follows at times. */
function withFreeSpace(geometry: XfsGeometry, { freeBytes }: PredictionJob): XfsGeometry {
  if (freeBytes === null) return geometry;
  return { ...geometry, freeDataBlocks: Math.floor(freeBytes / geometry.blockBytes) };
}

function predictXfs(job: PredictionJob, source: ByteSource, geometry: XfsGeometry): Prediction {
  const maxAtomicWriteBytes = maxAtomicWriteOf(job.circumstances.mountOptions);
  refuseMount(job, geometry, maxAtomicWriteBytes);
  if (job.base === null && !xfsRootIsEmpty(source, geometry))
    throw new NotModelled(
      'an XFS with files in it is not modelled: which names a plan meets is not read there',
    );
  const { kernel, device, allocator, profileExact } = job;
  const { steps, files } = predictOnXfs(job.plan.steps, { kernel, geometry, device, maxAtomicWriteBytes });
  return {
    outcome: { allocator, ...(profileExact ? {} : { profileExact }), steps, files },
    volume: {
      fs: 'xfs',
      blockBytes: geometry.blockBytes,
      clusterBytes: geometry.blockBytes,
      blockCount: geometry.dataBlocks,
      firstBlock: 0,
      blocksPerGroup: geometry.groupBlocks,
    },
  };
}

/** A mount that the kernel refuses is a mistake of the plan. */
function refuseMount(job: PredictionJob, geometry: XfsGeometry, maxAtomicWriteBytes: number | null): void {
  if (maxAtomicWriteBytes === null) return;
  const { atomic } = job.device;
  if (atomic === 'unknown') throw new NotModelled(`the atomic limits of ${job.device.name} are not known`);
  const why = whyMountRefuses(geometry, atomic.unitMinBytes > 0 ? atomic : null, maxAtomicWriteBytes);
  if (why === 'unknown')
    throw new NotModelled(
      `whether the log is large enough for max_atomic_write=${maxAtomicWriteBytes} is not modelled`,
    );
  if (why !== null) throw new InputError(`target.mountOptions: ${why}`, 'target.mountOptions');
}
