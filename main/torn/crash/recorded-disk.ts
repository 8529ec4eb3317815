import path from 'node:path';
import type { Mkfs } from '../../../core/experiment/plan.ts';
import type { OnProgress } from '../../failure.ts';
import { Cleanup, copyImage, mountingAsRoot, type Mounting } from '../../lab/index.ts';
import { loopFilesystem } from './loop-filesystem.ts';
import { startRecorder, type Recorder } from './recorder.ts';

/** Files of a recording, in one folder: together they are all that crash states are made from. */
export interface Recording {
  /** The image as it was when recording began. */
  readonly base: string;
  readonly log: string;
}

/** The filesystem on a disk that is to record. */
export interface RecordedDisk {
  readonly mkfs: Mkfs;
  readonly mountOptions: string;
  format(image: string): Promise<void>;
  /** On the fresh filesystem, mounted at `root`; not recorded. */
  prepare(root: string): Promise<void>;
}

export interface RecordingPlace {
  /** An empty folder of the caller's. */
  readonly folder: string;
  /** By which it is attached and mounted; root's own calls where it is left out. */
  readonly privileges?: Mounting;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/**
 * Makes and prepares a filesystem in an image, keeps that as it is then, and does `work` while a recorder lies below the
 * image. Everything but the recording (and the image as it became) is gone afterwards. Throws Failure, Cancelled.
 */
export async function withRecordedDisk(
  { mkfs: { fs }, mountOptions, format, prepare }: RecordedDisk,
  { folder, privileges = mountingAsRoot, onProgress, signal }: RecordingPlace,
  work: (recorder: Recorder, mountPoint: string, cleanup: Cleanup) => Promise<void>,
): Promise<Recording> {
  const image = path.join(folder, 'image');
  const recording = { base: path.join(folder, 'base'), log: path.join(folder, 'log') };
  onProgress?.({ phase: `formatting ${fs}` });
  await format(image);
  const mountPoint = path.join(folder, 'mount');
  const cleanup = new Cleanup();
  try {
    const freshPlace = { mountPoint, isRecorder: false, privileges };
    const fresh = await loopFilesystem(image, fs, mountOptions, freshPlace, cleanup);
    await fresh.mount();
    onProgress?.({ phase: 'preparing the files' });
    await prepare(mountPoint);
    await fresh.unmount();
    await fresh.detach();
    await copyImage(image, recording.base, signal);
    const place = path.join(folder, 'recorder');
    const recorder = await startRecorder('record', image, recording.log, place, cleanup);
    await work(recorder, mountPoint, cleanup);
    await recorder.stop();
  } finally {
    await cleanup.run();
  }
  return recording;
}
