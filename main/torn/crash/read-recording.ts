import { stat } from 'node:fs/promises';
import { readFile } from 'node:fs/promises';
import {
  BadLog,
  crashPoints,
  isDmLog,
  readDmLog,
  readRecorderLog,
  SectorTable,
  StateView,
  type CrashPoint,
  type DiskLog,
  type DriveModel,
} from '../../../core/torn/crash/index.ts';
import { openFileSource, type FileSource } from '../../bytes/index.ts';
import { InputError, Unable } from '../../failure.ts';
import type { Recording } from './recorded-disk.ts';

/** A log is read whole. */
const logBytesMax = 2 ** 31 - 1;

/** A recording, ready to show crash states. */
export interface OpenRecording {
  readonly log: DiskLog;
  readonly points: readonly CrashPoint[];
  readonly view: StateView;
  close(): void;
}

/**
 * Opens a recording: a log of the recorder's, or one of dm-log-writes or QEMU's blklogwrites, over the image as it was
 * before. `from` says at which position of the log crashes begin to matter. Throws InputError, Unable.
 */
export async function openRecording(
  recording: Recording,
  drive: DriveModel,
  from: (log: DiskLog) => number,
): Promise<OpenRecording> {
  const log = await readLog(recording.log);
  const base: FileSource = openFileSource(recording.base);
  try {
    if (log.diskBytes !== null && log.diskBytes !== base.sizeBytes)
      throw new InputError(
        `${recording.log} is of a disk of ${log.diskBytes} bytes, but ${recording.base} has ${base.sizeBytes}`,
      );
    const beyond = log.writes.find(({ at, lengthBytes }) => at + lengthBytes > base.sizeBytes);
    if (beyond)
      throw new InputError(`${recording.log} writes at byte ${beyond.at}, past the end of ${recording.base}`);
    const points = crashPoints(
      log,
      drive,
      explained(() => from(log), recording.log),
    );
    return {
      log,
      points,
      view: new StateView(new SectorTable(log, base), points),
      close: () => base.close(),
    };
  } catch (error) {
    base.close();
    throw error;
  }
}

async function readLog(path: string): Promise<DiskLog> {
  const { size } = await stat(path);
  if (size > logBytesMax)
    throw new Unable(`${path} has ${size} bytes; logs are read whole, up to ${logBytesMax}`);
  const bytes = await readFile(path);
  return explained(() => (isDmLog(bytes) ? readDmLog(bytes) : readRecorderLog(bytes)), path);
}

function explained<T>(work: () => T, path: string): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof BadLog) throw new InputError(`${path}: ${error.message}`, path, { cause: error });
    throw error;
  }
}
