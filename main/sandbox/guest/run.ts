import path from 'node:path';
import type { OnProgress } from '../../failure.ts';
import { prepareDrive, type RealRun } from '../../lab/index.ts';
import type { Run } from '../protocol.ts';
import type { AttachedDrive } from './drive.ts';

/** Runs a plan on the guest's drive, as a plan is run anywhere. Throws Failure. */
export async function runOnDrive(
  { plan, trace }: Run,
  drive: AttachedDrive,
  onProgress: OnProgress,
): Promise<RealRun> {
  const { rotational, device } = drive.facts;
  const logicalBlockBytes = device.logicalBlockBytes === 'unknown' ? 512 : device.logicalBlockBytes;
  const lab = await prepareDrive(plan, drive.device, { rotational, logicalBlockBytes });
  try {
    return await lab.execute({ trace, onProgress, countWritesOf: path.basename(drive.device) });
  } finally {
    await lab.dispose();
  }
}
