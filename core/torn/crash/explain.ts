import { assertExists } from '../../assert.ts';
import { readBlock } from '../reading.ts';
import { sectorBytes, type DiskLog, type LoggedWrite } from './log.ts';
import type { CrashPoint } from './points.ts';
import type { CrashState, Piece } from './state.ts';

/** What became of one write that was free when the power failed. */
export interface WriteFate {
  /** The write's place in the log. */
  readonly write: number;
  /** Byte of the disk, and length. */
  readonly at: number;
  readonly lengthBytes: number;
  /** Generation of the unit that the write carries; null for the filesystem's own. */
  readonly generation: number | null;
  readonly fate: 'whole' | 'missing' | 'part';
  /** Sectors of it that are there: pairs of first and one past the last, counted from its start. */
  readonly sectors: readonly (readonly [from: number, to: number])[];
}

/** What became of everything that was free, in the order in which it was begun. */
export function fatesOf({ pieces }: CrashState, { free }: CrashPoint, log: DiskLog): WriteFate[] {
  return free.map((write) => {
    const logged = assertExists(log.writes[write], 'a free write');
    const sectors = pieces
      .filter((piece) => piece.write === write)
      .map(({ from, to }) => [from, to] as const);
    const present = sectors.reduce((sum, [from, to]) => sum + to - from, 0);
    const total = logged.lengthBytes / sectorBytes;
    const fate = present === 0 ? 'missing' : present === total ? 'whole' : 'part';
    const { at, lengthBytes } = logged;
    return { write, at, lengthBytes, generation: generationOf(logged), fate, sectors };
  });
}

/** The generation that the stamps of a write carry. */
function generationOf({ data }: LoggedWrite): number | null {
  if (data === null) return null;
  const reading = readBlock(data.subarray(0, sectorBytes));
  return 'stamp' in reading ? reading.stamp.generation : null;
}

/** One line for each write whose fate matters: those that are there in part, and those missing before one that is there. */
export function fateLines(fates: readonly WriteFate[]): string[] {
  const last = fates.findLastIndex(({ fate }) => fate !== 'missing');
  const told = fates.slice(0, last + 1).filter(({ fate }) => fate !== 'whole');
  const lines = told.map((fate) => `${nameOf(fate)}: ${partOf(fate)}`);
  const after = fates.length - last - 1;
  if (after > 0)
    lines.push(
      `${after} ${after === 1 ? 'write' : 'writes'} begun later: nothing of ${after === 1 ? 'it' : 'them'} is there`,
    );
  return lines.length > 0 ? lines : ['every write that was begun is there, whole'];
}

function nameOf({ write, at, lengthBytes, generation }: WriteFate): string {
  const whose = generation === null ? "the filesystem's own" : `generation ${generation}`;
  return `write ${write} (${lengthBytes} bytes at byte ${at} of the disk, ${whose})`;
}

function partOf({ fate, sectors, lengthBytes }: WriteFate): string {
  if (fate === 'missing') return 'nothing of it is there';
  const ranges = sectors.map(([from, to]) => (to - from === 1 ? `${from}` : `${from} to ${to - 1}`));
  return `of its ${lengthBytes / sectorBytes} sectors only ${ranges.join(', ')} are there`;
}

/**
 * How far a state is from the plainest ones (everything begun up to some write is there, the rest is not), so that the
 * shortest explanation can be chosen: writes in part count most, then pieces, then missing writes.
 */
export function oddness(state: CrashState, point: CrashPoint, log: DiskLog): number {
  const fates = fatesOf(state, point, log);
  const last = fates.findLastIndex(({ fate }) => fate !== 'missing');
  const holes = fates.slice(0, last + 1).filter(({ fate }) => fate === 'missing').length;
  const parts = fates.filter(({ fate }) => fate === 'part');
  const pieces = parts.reduce((sum, { sectors }) => sum + sectors.length, 0);
  return 100 * parts.length + 10 * pieces + 10 * holes + last + 1;
}

/** States that are simpler than this one, the simplest first: without a piece, or with a write whole that is in part. */
export function simpler(state: CrashState, log: DiskLog): CrashState[] {
  const { pieces, point } = state;
  const without = pieces.map((_, at) => ({ point, pieces: pieces.filter((_, other) => other !== at) }));
  const whole = pieces.flatMap((piece, at) => {
    const full = (log.writes[piece.write]?.lengthBytes ?? 0) / sectorBytes;
    if (piece.to - piece.from === full) return [];
    const others = pieces.filter((other, place) => place !== at && other.write !== piece.write);
    return [{ point, pieces: inserted(others, { write: piece.write, from: 0, to: full }) }];
  });
  return [...without, ...whole];
}

function inserted(pieces: readonly Piece[], piece: Piece): Piece[] {
  return [...pieces, piece].sort((left, right) => left.write - right.write);
}
