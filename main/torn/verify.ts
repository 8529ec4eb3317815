import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import os from 'node:os';
import {
  classifyReadings,
  FaultRuns,
  FieldWriter,
  isFault,
  noVerdicts,
  pictureOf,
  readBlock,
  type BlockReading,
  type Expectation,
  type TornEvent,
  type UnitFinding,
  type UnitReport,
  type Verification,
  type WriteHistory,
} from '../../core/torn/index.ts';
import { isSystemCallError, preadv2, SlotJob, type SlotArea } from '../native/index.ts';
import { everyTick } from './tick.ts';

const keptFindings = 64;
const mostThreads = 4;

/** What may run long, and be watched and ended. */
export interface Watch {
  readonly onEvent?: ((event: TornEvent) => void) | undefined;
  /** Ends a pass early: what was found until then stands. */
  readonly signal?: AbortSignal | undefined;
}

export interface VerifyOptions extends Watch {
  /** Every fault, the first ones kept in the result or not. */
  readonly onFault?: (report: UnitReport) => void;
}

/**
 * Judges every slot of a target against what its journal promises: natively, many at a time, where one whole unit must
 * be there; by core's classification where there is more to say. Throws a SystemCallError where it cannot be opened.
 */
export async function verifySlots(
  area: SlotArea,
  history: WriteHistory,
  { onEvent, signal, onFault }: VerifyOptions = {},
): Promise<Omit<Verification, 'journal'>> {
  const beganAt = performance.now();
  const expected = Float64Array.from({ length: area.slots }, (_, slot) => history.only(slot) ?? -1);
  const job = new SlotJob(area);
  const stop = (): void => job.stop();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  const tick = everyTick(() =>
    onEvent?.({ type: 'phase', phase: 'verifying', done: job.done, total: area.slots }),
  );
  const counts = noVerdicts();
  const findings: UnitFinding[] = [];
  const faults = new FaultRuns();
  try {
    const { clean, suspects } = await job.scan(expected, Math.min(mostThreads, os.availableParallelism()));
    counts.new += clean;
    let units = clean;
    // A pass that was ended early does not say which units it had seen.
    const field = new FieldWriter(area.slots, clean + suspects.length === area.slots ? 'new' : null);
    const file = await openArea(area);
    try {
      for (const slot of suspects) {
        // A fault seen is worth more than an answer at once: those found so far are judged even after an interrupt.
        if (signal?.aborted && findings.length > 0) break;
        const { report, bytes } = await look(file, area, history.expectation(slot));
        units++;
        counts[report.verdict]++;
        field.mark(slot, report.verdict);
        if (!isFault(report.verdict)) continue;
        faults.add(report);
        onFault?.(report);
        if (findings.length >= keptFindings) continue;
        const finding = findingOf(report, bytes);
        findings.push(finding);
        onEvent?.({ type: 'finding', finding });
      }
    } finally {
      await file.close();
    }
    const seconds = (performance.now() - beganAt) / 1000;
    const { runs } = faults;
    return { units, counts, findings, field: field.field, ...(runs ? { faults: runs } : {}), seconds };
  } finally {
    tick.end();
    signal?.removeEventListener('abort', stop);
  }
}

/** A report as the record and the views keep it. */
export function findingOf(report: UnitReport, bytes: Uint8Array | null): UnitFinding {
  const { address, bytes: length, blockBytes, verdict, text } = report;
  return { address, bytes: length, blockBytes, verdict, text, rows: pictureOf(report, bytes) };
}

function openArea({ path, direct }: SlotArea): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | (direct ? constants.O_DIRECT : 0));
}

async function look(
  file: FileHandle,
  { slotBytes, blockBytes }: SlotArea,
  expectation: Expectation,
): Promise<{ readonly report: UnitReport; readonly bytes: Uint8Array | null }> {
  const whole = await readOrWhy(file, expectation.address, slotBytes);
  if (typeof whole !== 'string') {
    const readings: BlockReading[] = [];
    for (let at = 0; at < slotBytes; at += blockBytes)
      readings.push(readBlock(whole.subarray(at, at + blockBytes)));
    return { report: classifyReadings(readings, expectation), bytes: whole };
  }
  // One bad sector fails the whole read: ask for each block by itself.
  const bytes = new Uint8Array(slotBytes);
  const readings: BlockReading[] = [];
  for (let at = 0; at < slotBytes; at += blockBytes) {
    const block = await readOrWhy(file, expectation.address + at, blockBytes);
    if (typeof block === 'string') readings.push({ state: 'unreadable', error: block });
    else {
      bytes.set(block, at);
      readings.push(readBlock(block));
    }
  }
  return { report: classifyReadings(readings, expectation), bytes };
}

/** The bytes, or why they are not to be had. */
async function readOrWhy(file: FileHandle, offset: number, length: number): Promise<Uint8Array | string> {
  try {
    const bytes = await preadv2(file.fd, length, offset);
    return bytes.length === length ? bytes : 'end of file';
  } catch (error) {
    if (isSystemCallError(error)) return error.code;
    throw error;
  }
}
