import { closeSync, openSync, writeSync } from 'node:fs';
import { encodeMark, type CrashPlan } from '../../../core/torn/crash/index.ts';
import { Unable } from '../../failure.ts';
import { formatImage, mountingAsRoot } from '../../lab/index.ts';
import { loopFilesystem } from './loop-filesystem.ts';
import { withRecordedDisk, type Recording, type RecordingPlace } from './recorded-disk.ts';
import { makeWrites, prepareFiles } from './write-units.ts';

export interface RecordOptions extends RecordingPlace {
  readonly run: bigint;
}

/** What is done on a filesystem whose disk records. */
export interface RecordedWork {
  /** On the fresh filesystem, mounted at `root`; not recorded. */
  prepare?(root: string): Promise<void>;
  /** What is recorded; writing to the file `marks` puts a mark into the log. */
  work(root: string, marks: string): Promise<void>;
}

/**
 * Makes a filesystem in an empty folder of the caller's, and records what its disk is asked to do from a mount to the
 * unmount after it. Everything but the recording (and the image as it became) is gone afterwards. Throws InputError,
 * Unable, Cancelled.
 */
export async function recordFilesystem(
  target: Extract<CrashPlan['target'], { kind: 'loop' }>,
  { prepare, work }: RecordedWork,
  options: RecordingPlace,
): Promise<Recording> {
  const { mkfs, size, mountOptions } = target;
  const disk = {
    mkfs,
    mountOptions,
    format: (image: string) => formatImage(image, size, mkfs, options.signal),
    prepare: async (root: string) => prepare?.(root),
  };
  return withRecordedDisk(disk, options, async (recorder, mountPoint, cleanup) => {
    const { privileges = mountingAsRoot } = options;
    const place = { mountPoint, isRecorder: true, privileges };
    const recorded = await loopFilesystem(recorder.disk, mkfs.fs, mountOptions, place, cleanup);
    await recorded.mount();
    // What mounting wrote is made durable, so that crashes of the work are about the work.
    await recorded.flush();
    await work(mountPoint, recorder.side);
    await recorded.unmount();
    await recorded.detach();
  });
}

/**
 * Carries out a crash plan on a filesystem whose disk records: prepares the files, then makes the writes, each announced
 * and acknowledged by a mark in the log. Throws as {@link recordFilesystem}.
 */
export async function recordPlan(plan: CrashPlan, options: RecordOptions): Promise<Recording> {
  return recordFilesystem(
    loopTarget(plan),
    {
      prepare: (root) => prepareFiles(plan, root, options),
      work: async (root, marks) => {
        const side = openSync(marks, 'w');
        try {
          await makeWrites(plan, root, (mark) => void writeSync(side, encodeMark(mark)), options);
        } finally {
          closeSync(side);
        }
      },
    },
    options,
  );
}

function loopTarget(plan: CrashPlan): Extract<CrashPlan['target'], { kind: 'loop' }> {
  if (plan.target.kind === 'loop') return plan.target;
  throw new Unable('target.kind: crash states are recorded on loop targets only', 'target.kind');
}
