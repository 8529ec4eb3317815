import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import {
  classifyUnit,
  promisesOf,
  StormSeries,
  verdictOf,
  verdictOnTried,
  type SeriesPoint,
  type StormEnding,
  type StormNumbers,
  type StormOptions,
  type StormResult,
  type StormSettings,
  type TornEvent,
  type UnitFinding,
} from '../../core/torn/index.ts';
import { throwIfCancelled } from '../failure.ts';
import { Cleanup, explained } from '../lab/index.ts';
import { NativeStorm, type SlotArea, type StormEnd, type WrongRead } from '../native/index.ts';
import { stampedLayout } from './layout.ts';
import { bootId, prepareSlots, verifyRun } from './passes.ts';
import { newRun, newSeed, runText } from './random.ts';
import { TornRecord } from './record.ts';
import { checkSensitivity } from './sensitivity.ts';
import { stormRequest, stormSettings } from './settings.ts';
import { openTarget, type Target, type TargetRequest } from './target.ts';
import { everyTick } from './tick.ts';
import { findingOf, type Watch } from './verify.ts';

export interface TornRunOptions {
  readonly seed?: number;
  /** Folder of the record; one of the user's state directory where it is left out. */
  readonly record?: string;
  readonly onEvent?: (event: TornEvent) => void;
  readonly signal?: AbortSignal;
}

/**
 * `untorn torn storm`: seeded faults first, then stamped writes and readers on the target, then every unit judged.
 * An interrupt ends the storm, and what was written is judged all the same. Throws InputError, Unable.
 */
export async function runStorm(
  target: TargetRequest,
  options: StormOptions & TornRunOptions = {},
): Promise<StormResult> {
  const { seed = newSeed(), onEvent, signal } = options;
  const run = newRun();
  const settings = await settingsOn(await openTarget(target), options, seed);
  const record = await TornRecord.create(options.record ?? null, run);
  const cleanup = new Cleanup();
  cleanup.add(() => record.close());
  try {
    await claim(settings, cleanup);
    const { blockBytes, unitBytes } = settings;
    const copy = { folder: record.folder, run, seed, blockBytes, unitBytes };
    const sensitivity = await checkSensitivity(copy, onEvent);
    const head = { format: 1, kind: 'storm', run: runText(run), settings, sensitivity } as const;
    const promises = promisesOf(settings, false);
    if (!sensitivity.passed) {
      const nothing = { endedBy: 'error', error: 'seeded faults were missed', seconds: 0 } as const;
      const rest = { promises, record: record.folder, verification: null, wrongReads: [] };
      return await kept(record, { ...head, ...nothing, ...rest, numbers: noNumbers, verdict: 'void' });
    }
    await record.begin(run, settings, bootId());
    const request = stormRequest(settings, run, record.journal);
    await prepareSlots(request.area, { onEvent, signal });
    throwIfCancelled(signal);
    const storm = new NativeStorm(request);
    const { end, series } = await blow(storm, settings, { onEvent, signal });
    const numbers = storm.counters();
    // Who interrupts the storm wants to know what came of it; only an interrupt during the judgement ends that, too.
    const watch = { onEvent, signal: signal?.aborted ? undefined : signal };
    const verification = await verifyRun(request.area, record.journal, {}, watch);
    const wrongReads = end.wrongReads.map((read) => wrongReadFinding(read, request.area));
    const ending = endingOf(end, settings, numbers, signal);
    const judged = verdictOf(sensitivity, verification, request.area.slots, numbers.wrongReads);
    const verdict = verdictOnTried(judged, { ...numbers, ...ending });
    const layout = settings.kind === 'file' ? await stampedLayout(settings.target) : null;
    if (verdict === 'untorn') await record.dropJournal();
    return await kept(record, {
      ...head,
      verdict,
      promises,
      record: record.folder,
      ...ending,
      numbers,
      series,
      seconds: end.seconds,
      verification,
      wrongReads,
      ...(layout ? { layout } : {}),
    });
  } catch (error) {
    throw explained(error, `the storm on ${settings.target}`);
  } finally {
    await cleanup.run();
  }
}

async function settingsOn(target: Target, options: StormOptions, seed: number): Promise<StormSettings> {
  try {
    return stormSettings(target, options, seed);
  } catch (error) {
    await target.discard();
    throw error;
  }
}

const noNumbers: StormNumbers = {
  begun: 0,
  acknowledged: 0,
  acknowledgedBytes: 0,
  failed: 0,
  reads: 0,
  tornWhileWritten: 0,
  wrongReads: 0,
  readErrors: 0,
};

/** Nobody else mounts or opens a device for himself while it is written. */
async function claim({ kind, target }: StormSettings, cleanup: Cleanup): Promise<void> {
  if (kind !== 'device') return;
  const held = await open(target, constants.O_RDWR | constants.O_EXCL);
  cleanup.add(() => held.close());
}

/** Runs a storm, telling its numbers a few times a second and keeping its course; a signal ends it. */
async function blow(
  storm: NativeStorm,
  settings: StormSettings,
  { onEvent, signal }: Watch,
): Promise<{ readonly end: StormEnd; readonly series: readonly SeriesPoint[] }> {
  const beganAt = performance.now();
  const stop = (): void => storm.stop();
  signal?.addEventListener('abort', stop);
  const series = new StormSeries();
  const tell = (): void => {
    const numbers = storm.counters();
    const seconds = (performance.now() - beganAt) / 1000;
    series.add({ ...numbers, seconds, latencies: numbers.latencies });
    onEvent?.({ type: 'numbers', numbers, seconds, secondsLeft: secondsLeft(settings, numbers, seconds) });
  };
  const tick = everyTick(tell);
  try {
    const end = await storm.run();
    tell();
    return { end, series: series.points };
  } finally {
    tick.end();
    signal?.removeEventListener('abort', stop);
  }
}

function secondsLeft(
  { seconds: most, writes }: StormSettings,
  { begun }: StormNumbers,
  seconds: number,
): number | null {
  const byTime = most === null ? Infinity : most - seconds;
  const byWrites = writes === null || begun === 0 ? Infinity : ((writes - begun) * seconds) / begun;
  const left = Math.min(byTime, byWrites);
  return Number.isFinite(left) ? Math.max(0, left) : null;
}

function endingOf(
  { error, shortBytes }: StormEnd,
  { writes, seconds }: StormSettings,
  numbers: StormNumbers,
  signal: AbortSignal | undefined,
): { readonly endedBy: StormEnding; readonly error: string | null } {
  if (error !== undefined) return { endedBy: 'error', error };
  if (shortBytes !== undefined) return { endedBy: 'error', error: `only ${shortBytes} bytes were written` };
  if (signal?.aborted) return { endedBy: 'interrupted', error: null };
  const isFull = writes !== null && (seconds === null || numbers.begun >= writes);
  return { endedBy: isFull ? 'writes' : 'time', error: null };
}

/** Judges what a reader kept: a whole unit of a generation that had been replaced before the read began is stale. */
function wrongReadFinding(
  { address, atLeast, bytes }: WrongRead,
  { run, blockBytes }: SlotArea,
): UnitFinding {
  const gone = { writer: 1, generation: -1, begunAt: 0, endedAt: 0, promised: true };
  const report = classifyUnit(bytes, {
    run,
    address,
    blockBytes,
    writes: [{ ...gone, address, bytes: bytes.length }],
    unlisted: { before: atLeast, earlier: 'stale', later: 'allowed' },
  });
  return findingOf(report, bytes);
}

async function kept(record: TornRecord, result: StormResult): Promise<StormResult> {
  await record.append({ type: 'end', result });
  return result;
}
