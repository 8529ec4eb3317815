import { closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { CrashPlan } from '../../../core/torn/crash/index.ts';
import type { TargetOf } from '../../../core/experiment/plan.ts';
import { InputError, Unable } from '../../failure.ts';
import { Cleanup, copyImage } from '../../lab/index.ts';
import { bootGuest, chooseKernel, formatDrive } from '../../sandbox/index.ts';
import { loopFilesystem } from './loop-filesystem.ts';
import type { RecordOptions, Recording } from './record.ts';
import { startRecorder } from './recorder.ts';
import { prepareFiles } from './write-units.ts';

/**
 * As recordPlan, in a sandbox: the recorder's disk is the file in which the guest's NVMe drive lies, so that what is
 * recorded is what the emulated drive did, below everything that knows of atomic limits.
 */
export async function recordInSandbox(
  plan: CrashPlan,
  target: TargetOf<'sandbox'>,
  { folder, run, onProgress, signal }: RecordOptions,
): Promise<Recording> {
  const { mkfs } = target;
  if (!mkfs) throw new InputError('target.mkfs: is needed for crash states', 'target.mkfs');
  if (target.drive.kind !== 'nvme')
    throw new Unable(
      'target.drive.kind: only the drive "nvme" lies in a file, which can be recorded',
      'target.drive',
    );
  const kernel = chooseKernel(target);
  const image = path.join(folder, 'image');
  const recording = { base: path.join(folder, 'base'), log: path.join(folder, 'log') };
  onProgress?.({ phase: `formatting ${mkfs.fs}` });
  await formatDrive(image, target, signal);
  const cleanup = new Cleanup();
  try {
    const place = { mountPoint: path.join(folder, 'mount'), whole: false };
    const fresh = await loopFilesystem(image, mkfs.fs, target.mountOptions, place, cleanup);
    await fresh.mount();
    await prepareFiles(plan, fresh.mountPoint, { run, ...(signal ? { signal } : {}) });
    await fresh.unmount();
    await fresh.detach();
    await copyImage(image, recording.base, signal);
    const recorder = await startRecorder(
      'record',
      image,
      recording.log,
      path.join(folder, 'recorder'),
      cleanup,
    );
    onProgress?.({ phase: 'starting the sandbox' });
    const guest = await bootGuest(kernel, { target, nvmeFile: recorder.disk, ...(signal ? { signal } : {}) });
    cleanup.add(() => guest.close());
    await guest.attach(target, null);
    const marks = openSync(recorder.side, 'w');
    try {
      onProgress?.({ phase: 'writing in the sandbox' });
      await guest.writeUnits({ plan, run: run.toString(16).padStart(16, '0') }, (text) => {
        // A mark that comes late promises too little, never too much; a beginning that comes late would be a lie.
        if (!text.includes('"begins"')) writeSync(marks, text);
      });
    } finally {
      closeSync(marks);
    }
    await guest.close();
    await recorder.stop();
  } finally {
    await cleanup.run();
  }
  return recording;
}
