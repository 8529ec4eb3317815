import { closeSync, openSync, writeSync } from 'node:fs';
import type { CrashPlan } from '../../../core/torn/crash/index.ts';
import type { TargetOf } from '../../../core/experiment/plan.ts';
import { InputError, Unable } from '../../failure.ts';
import { bootGuest, chooseKernel, formatDrive } from '../../sandbox/index.ts';
import type { RecordOptions } from './record.ts';
import { withRecordedDisk, type Recording } from './recorded-disk.ts';
import { prepareFiles } from './write-units.ts';

/**
 * As recordPlan, in a sandbox: the recorder's disk is the file in which the guest's NVMe drive lies, so that what is
 * recorded is what the emulated drive did, below everything that knows of atomic limits.
 */
export async function recordInSandbox(
  plan: CrashPlan,
  target: TargetOf<'sandbox'>,
  options: RecordOptions,
): Promise<Recording> {
  const { run, onProgress, signal } = options;
  const { mkfs, mountOptions } = target;
  if (!mkfs) throw new InputError('target.mkfs: is needed for crash states', 'target.mkfs');
  if (target.drive.kind !== 'nvme')
    throw new Unable(
      'target.drive.kind: only the drive "nvme" lies in a file, which can be recorded',
      'target.drive',
    );
  const kernel = chooseKernel(target);
  const disk = {
    mkfs,
    mountOptions,
    format: (image: string) => formatDrive(image, target, signal),
    prepare: (root: string) => prepareFiles(plan, root, options),
  };
  return withRecordedDisk(disk, options, async (recorder, _, cleanup) => {
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
  });
}
