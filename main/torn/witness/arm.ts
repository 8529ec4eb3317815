import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import {
  latencyBuckets,
  latencyOf,
  promisesOf,
  verdictOf,
  verdictOnTried,
  WriteHistory,
  type ArmedEnd,
  type JournalRecord,
  type PowerCutResult,
  type Sensitivity,
  type StormNumbers,
  type StormOptions,
  type StormSettings,
  type TornEvent,
} from '../../../core/torn/index.ts';
import { InputError } from '../../failure.ts';
import { explained, makeWorkFolder } from '../../lab/index.ts';
import { fillUnitFast, isSystemCallError, pwritev2, type SlotArea } from '../../native/index.ts';
import { prepareSlots } from '../passes.ts';
import { drawsOf, newRun, newSeed, runText } from '../random.ts';
import { checkSensitivity } from '../sensitivity.ts';
import { slotBytesOf, stormRequest, stormSettings } from '../settings.ts';
import { openTarget, type Target, type TargetRequest } from '../target.ts';
import { everyTick } from '../tick.ts';
import { verifySlots, type Watch } from '../verify.ts';
import { fetchRun, WitnessClient, type WitnessPlace } from './client.ts';
import type { WitnessedRun } from './log.ts';
import { entryOf, recordOf, type Armed, type Entry } from './messages.ts';

export interface ArmOptions
  extends Omit<StormOptions, 'readers' | 'engine' | 'overlapping' | 'depth' | 'writesPerSecond'>, Watch {
  readonly seed?: number;
  /** One line for a person: that the witness is away, or back. */
  readonly onLine?: (line: string) => void;
  /** Called before the first write, once the witness knows the run; no write is made before it has returned. */
  readonly onArmed?: (run: string, settings: StormSettings) => Promise<void>;
}

/**
 * Writes stamped units on a target until the power is cut, and lets no write begin before the witness has on its disk
 * that it begins, and that the one before was acknowledged. Throws InputError, Unable.
 */
export async function armTarget(
  target: TargetRequest,
  place: WitnessPlace,
  options: ArmOptions = {},
): Promise<ArmedEnd> {
  const { seed = newSeed(), onEvent, signal, onLine } = options;
  const run = newRun();
  const opened = await openTarget(target);
  const settings = { ...(await settingsOn(opened, options, seed)), seconds: options.seconds ?? null };
  const sensitivity = await seededFaults(settings, run, onEvent);
  const { area } = stormRequest(settings, run, '');
  onLine?.(`run ${runText(run)}`);
  await prepareSlots(area, { onEvent, signal });
  const breaks = { signal, ...(onLine ? { onBreak: onLine } : {}) };
  const client = new WitnessClient(place, runText(run), armedOf(settings), breaks);
  await client.open();
  try {
    await options.onArmed?.(runText(run), settings);
    const writers = new Writers(settings, area, client, { onEvent, signal });
    const end = await writers.run();
    return { format: 1, kind: 'armed', run: runText(run), settings, sensitivity, ...end };
  } catch (error) {
    throw explained(error, `writing ${settings.target}`);
  } finally {
    client.close();
  }
}

/** Judges a target by what its witness has, over the network. Only reads. Throws InputError, Unable. */
export async function verifyWithWitness(
  place: WitnessPlace,
  run: string,
  options: Watch & { readonly target?: string | undefined } = {},
): Promise<PowerCutResult> {
  const witnessed = await fetchRun(place, run);
  return verifyWitnessed(witnessed, run, `${place.host}:${place.port}`, options);
}

/** The same from the witness's own file. */
export async function verifyWitnessed(
  { armed, entries }: WitnessedRun,
  runName: string,
  witness: string,
  { target = armed.target, ...watch }: Watch & { readonly target?: string | undefined },
): Promise<PowerCutResult> {
  const run = BigInt(`0x${runName}`);
  const settings = { ...settingsOf(armed), target };
  const sensitivity = await seededFaults(settings, run, watch.onEvent);
  const { area } = stormRequest(settings, run, '');
  const { blockBytes, slotBytes } = area;
  const history = new WriteHistory({ run, blockBytes, slotBytes, promised: true });
  const counts = { begun: 0, ended: 0, failed: 0 };
  for (const entry of entries) {
    counts[entry[0]]++;
    history.take(recordOf(entry));
  }
  try {
    const found = await verifySlots(area, history, watch);
    const journal = { records: entries.length, gaps: 0, damaged: 0 };
    return {
      format: 1,
      kind: 'power-cut',
      run: runName,
      settings,
      sensitivity,
      verdict: verdictOnTried(verdictOf(sensitivity, found, area.slots), {
        acknowledged: counts.ended,
        error: null,
      }),
      promises: promisesOf(settings, true),
      record: '',
      witness,
      acknowledged: counts.ended,
      unfinished: counts.begun - counts.ended,
      verification: { ...found, journal },
    };
  } catch (error) {
    throw explained(error, `verifying ${target}`);
  }
}

/** As a storm's, until the power is cut where no end was asked for. */
async function settingsOn(target: Target, options: ArmOptions, seed: number): Promise<StormSettings> {
  try {
    const settings = stormSettings(target, { ...options, readers: 0 }, seed);
    if (settings.sync === 'none')
      throw new InputError(
        '--sync none promises nothing that a power cut could break: dsync or fsync',
        '--sync',
      );
    return settings;
  } catch (error) {
    await target.discard();
    throw error;
  }
}

async function seededFaults(
  { blockBytes, unitBytes, seed }: StormSettings,
  run: bigint,
  onEvent: Watch['onEvent'],
): Promise<Sensitivity> {
  const folder = await makeWorkFolder();
  try {
    const copy = { folder: folder.path, run, seed, blockBytes, unitBytes };
    return await checkSensitivity(copy, onEvent);
  } finally {
    await folder.remove();
  }
}

function armedOf(settings: StormSettings): Armed {
  const { target, kind, areaBytes, blockBytes, unitBytes, writers, atomic, direct, sync, seed } = settings;
  const known = {
    target,
    kind,
    areaBytes,
    blockBytes,
    unitBytes: [...unitBytes],
    writers,
    atomic,
    direct,
    seed,
  };
  return { ...known, sync: sync === 'fsync' ? 'fsync' : 'dsync' };
}

function settingsOf(armed: Armed): StormSettings {
  const rest = { readers: 0, depth: 1, engine: 'threads', overlapping: false } as const;
  return { ...armed, ...rest, writes: null, seconds: null, writesPerSecond: null };
}

/** Writers that wait for the witness: the network is slower than they are, so that they need no threads of their own. */
class Writers {
  readonly #settings: StormSettings;
  readonly #area: SlotArea;
  readonly #client: WitnessClient;
  readonly #watch: Watch;
  readonly #beganAt = performance.now();
  #clock = 0;
  #begun = 0;
  #acknowledged = 0;
  #acknowledgedBytes = 0;
  #error: string | null = null;
  #isBroken = false;
  readonly #latencies = new Array<number>(latencyBuckets).fill(0);

  constructor(settings: StormSettings, area: SlotArea, client: WitnessClient, watch: Watch) {
    this.#settings = settings;
    this.#area = area;
    this.#client = client;
    this.#watch = watch;
  }

  async run(): Promise<Pick<ArmedEnd, 'acknowledged' | 'endedBy' | 'error'>> {
    const { writers, target, direct, kind } = this.#settings;
    const flags =
      constants.O_RDWR | (direct ? constants.O_DIRECT : 0) | (kind === 'device' ? constants.O_EXCL : 0);
    const file = await open(target, flags);
    const tick = everyTick(() => this.#tell());
    try {
      const all = Array.from({ length: writers }, (_, index) => this.#write(index, file));
      // The file stays open for as long as any of them writes: its number may be another file's afterwards.
      for (const end of await Promise.allSettled(all)) if (end.status === 'rejected') throw end.reason;
    } finally {
      tick.end();
      await file.close();
    }
    const aborted = this.#watch.signal?.aborted ?? false;
    const ended = this.#settings.writes !== null && this.#begun >= this.#settings.writes ? 'writes' : 'time';
    const endedBy = this.#error !== null ? 'error' : aborted ? 'interrupted' : ended;
    return { acknowledged: this.#acknowledged, endedBy, error: this.#error };
  }

  /** Where one writer breaks, the others end, too. */
  async #write(index: number, file: FileHandle): Promise<void> {
    try {
      await this.#writeOn(index, file);
    } catch (error) {
      this.#isBroken = true;
      throw error;
    }
  }

  async #writeOn(index: number, file: FileHandle): Promise<void> {
    const { seed, unitBytes, atomic, sync } = this.#settings;
    const { run, blockBytes, slots } = this.#area;
    const slotBytes = slotBytesOf(this.#settings);
    const { flags } = stormRequest({ ...this.#settings, atomic, sync }, run, '');
    const below = drawsOf(seed + index);
    const own = Math.ceil((slots - index) / this.#settings.writers);
    const before: Entry[] = [];
    const note = (record: JournalRecord): Promise<void> =>
      this.#client.note([...before.splice(0), entryOf(record)]);
    while (this.#mayBegin()) {
      const bytes = unitBytes[below(unitBytes.length)] ?? slotBytes;
      const slot = index + this.#settings.writers * below(own);
      const address = slot * slotBytes + below(slotBytes / bytes) * bytes;
      const place = { writer: index + 1, generation: ++this.#clock, address, bytes };
      this.#begun++;
      const unit = new Uint8Array(bytes);
      fillUnitFast(unit, { run, ...place, blockBytes });
      await note({ kind: 'begun', ...place });
      const beganAt = performance.now();
      const result = await writeDurably(file, unit, address, flags, sync);
      const bucket = latencyOf(performance.now() - beganAt);
      const moment = ++this.#clock;
      if (result === bytes) {
        before.push(entryOf({ kind: 'ended', ...place, moment }));
        this.#acknowledged++;
        this.#latencies[bucket] = (this.#latencies[bucket] ?? 0) + 1;
        this.#acknowledgedBytes += bytes;
      } else {
        this.#error ??= typeof result === 'string' ? result : `only ${result} bytes were written`;
        before.push(
          entryOf({ kind: 'failed', ...place, moment, result: typeof result === 'string' ? -1 : result }),
        );
      }
    }
    if (before.length > 0) await this.#client.note(before);
  }

  #mayBegin(): boolean {
    const { writes, seconds } = this.#settings;
    if (this.#isBroken || this.#error !== null || this.#watch.signal?.aborted) return false;
    if (writes !== null && this.#begun >= writes) return false;
    return seconds === null || performance.now() - this.#beganAt < seconds * 1000;
  }

  #tell(): void {
    const none = { reads: 0, tornWhileWritten: 0, wrongReads: 0, readErrors: 0 };
    const numbers: StormNumbers = {
      begun: this.#begun,
      acknowledged: this.#acknowledged,
      acknowledgedBytes: this.#acknowledgedBytes,
      failed: this.#error === null ? 0 : 1,
      ...none,
      latencies: [...this.#latencies],
    };
    const seconds = (performance.now() - this.#beganAt) / 1000;
    const { seconds: most } = this.#settings;
    const secondsLeft = most === null ? null : Math.max(0, most - seconds);
    this.#watch.onEvent?.({ type: 'numbers', numbers, seconds, secondsLeft } satisfies TornEvent);
    const { confirmed: entries, away } = this.#client;
    this.#watch.onEvent?.({ type: 'witness', run: runText(this.#area.run), entries, away });
  }
}

/** Bytes written and durable, or the errno's name. */
async function writeDurably(
  file: FileHandle,
  unit: Uint8Array,
  address: number,
  flags: number,
  sync: StormSettings['sync'],
): Promise<number | string> {
  try {
    const written = await pwritev2(file.fd, unit, address, { flags });
    if (sync === 'fsync') await file.sync();
    return written;
  } catch (error) {
    if (isSystemCallError(error)) return error.code;
    throw error;
  }
}
