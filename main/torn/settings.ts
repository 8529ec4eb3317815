import { sizeInWords } from '../../core/atomic/words.ts';
import * as v from 'valibot';
import {
  isBlockSize,
  stormEntries,
  type StormOptions,
  type StormSettings,
  type SyncMode,
} from '../../core/torn/index.ts';
import { InputError, Unable } from '../failure.ts';
import { whyNoRing, writeFlags, type StormRequest } from '../native/index.ts';
import type { Target } from './target.ts';

const defaultUnitBytes = 16384;
const defaultSeconds = 10;
const mostSlotBytes = 2 ** 30;

/** Decides everything that was left open. Throws InputError or Unable where it does not go together. */
export function stormSettings(target: Target, options: StormOptions, seed: number): StormSettings {
  checkOptions(options);
  const { writers = 4, readers = 1, depth = 1, engine = 'threads' } = options;
  const { overlapping = false, atomic = false, direct = true, sync = 'dsync' } = options;
  const blockBytes = options.blockBytes ?? target.sectorBytes;
  if (!isBlockSize(blockBytes))
    throw new InputError('--block: a block is a power of two from 512 bytes to 64 KiB', '--block');
  if (direct && blockBytes % target.sectorBytes !== 0)
    throw new InputError(
      `--block: ${target.path} takes direct writes of whole ${sizeInWords(target.sectorBytes)} only`,
      '--block',
    );
  const unitBytes = [...new Set(options.unitBytes ?? [defaultUnitBytes])].sort((left, right) => left - right);
  checkUnits(unitBytes, blockBytes);
  if (atomic) checkAtomic(target, unitBytes, direct);
  checkEngine(engine, sync);
  const slotBytes = unitBytes.at(-1) ?? defaultUnitBytes;
  const slots = Math.floor(target.sizeBytes / slotBytes);
  const lanes = writers * depth;
  const needed = overlapping ? 1 : lanes;
  if (slots < needed)
    throw new InputError(
      `${target.path} has room for ${slots} units of ${sizeInWords(slotBytes)}, and ${needed} are needed: one for each write in flight`,
      '--size',
    );
  if (lanes > 65535) throw new InputError('--writers times --depth is 65535 at most', '--writers');
  const isOpen = options.writes === undefined && options.seconds === undefined;
  return {
    target: target.path,
    kind: target.kind,
    areaBytes: slots * slotBytes,
    blockBytes,
    unitBytes,
    writers,
    readers,
    depth,
    engine,
    overlapping,
    atomic,
    direct,
    sync,
    writes: options.writes ?? null,
    seconds: options.seconds ?? (isOpen ? defaultSeconds : null),
    writesPerSecond: options.writesPerSecond ?? null,
    seed,
  };
}

/** The settings as the addon takes them. */
export function stormRequest(settings: StormSettings, run: bigint, journal: string): StormRequest {
  const { target: path, direct, blockBytes, areaBytes, unitBytes, sync } = settings;
  const slotBytes = slotBytesOf(settings);
  return {
    area: { path, direct, run, blockBytes, slotBytes, slots: areaBytes / slotBytes },
    journal,
    unitBytes,
    writers: settings.writers,
    readers: settings.readers,
    depth: settings.depth,
    overlapping: settings.overlapping,
    ring: settings.engine === 'io_uring',
    flags: (settings.atomic ? writeFlags.atomic : 0) | (sync === 'dsync' ? writeFlags.dsync : 0),
    fsyncEach: sync === 'fsync',
    mostWrites: settings.writes ?? 0,
    mostMilliseconds: Math.round((settings.seconds ?? 0) * 1000),
    writesPerSecond: settings.writesPerSecond ?? 0,
    seed: settings.seed,
  };
}

/** Flags of the command line, under which a wrong option is told. */
const flags: Readonly<Partial<Record<string, string>>> = {
  blockBytes: '--block',
  unitBytes: '--unit',
  writesPerSecond: '--rate',
  direct: '--buffered',
};

function checkOptions(options: StormOptions): void {
  const judged = v.safeParse(v.object(stormEntries), options);
  if (judged.success) return;
  const [issue] = judged.issues;
  const [name = 'options'] = (v.getDotPath(issue) ?? '').split('.');
  const flag = flags[name] ?? `--${name}`;
  throw new InputError(`${flag}: ${issue.message}`, flag);
}

export function slotBytesOf({ unitBytes }: Pick<StormSettings, 'unitBytes'>): number {
  return Math.max(...unitBytes);
}

function checkUnits(unitBytes: readonly number[], blockBytes: number): void {
  for (const bytes of unitBytes) {
    const fits = bytes >= blockBytes && bytes <= mostSlotBytes && Number.isInteger(Math.log2(bytes));
    if (!fits)
      throw new InputError(
        `--unit: ${sizeInWords(bytes)} is no power of two from a block (${sizeInWords(blockBytes)}) to 1 GiB`,
        '--unit',
      );
  }
}

function checkAtomic({ path, atomic }: Target, unitBytes: readonly number[], direct: boolean): void {
  if (!direct) throw new InputError('--buffered: RWF_ATOMIC takes direct writes only', '--buffered');
  if (atomic === null)
    throw new Unable(`${path} takes no atomic writes ("untorn probe ${path}" says why)`, '--atomic');
  const refused = unitBytes.find((bytes) => bytes < atomic.minBytes || bytes > atomic.maxBytes);
  if (refused !== undefined)
    throw new InputError(
      `--unit: ${path} takes atomic writes of ${sizeInWords(atomic.minBytes)} to ${sizeInWords(atomic.maxBytes)}, not of ${sizeInWords(refused)}`,
      '--unit',
    );
}

function checkEngine(engine: StormSettings['engine'], sync: SyncMode): void {
  if (engine !== 'io_uring') return;
  if (sync === 'fsync')
    throw new InputError('--sync fsync goes with threads: an io_uring storm takes none or dsync', '--sync');
  const why = whyNoRing();
  if (why !== null) throw new Unable(`--engine io_uring: ${why}`, '--engine');
}
