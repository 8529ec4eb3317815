import type { DriveModel } from './drive.ts';
import type { DiskLog } from './log.ts';

/**
 * A moment at which the power may fail. Between two of them the set of what is fixed does not change, and what is free
 * only grows, so that every state of the moments between is one of the later moment's too; and more was promised by
 * then, which is the harder test.
 */
export interface CrashPoint {
  readonly index: number;
  /** The crash comes after this position of the log and before the next. */
  readonly position: number;
  /** Writes (places in the log's list) that became fixed since the crash point before. */
  readonly newlyFixed: readonly number[];
  /** Begun and not fixed, in the order in which they began: each may be there, be missing, or be there in part. */
  readonly free: readonly number[];
}

type Event =
  | { readonly kind: 'begin' | 'end'; readonly position: number; readonly write: number }
  | { readonly kind: 'flushed'; readonly position: number; readonly begin: number };

/**
 * The moments of a log, from position `from` on. Fixed is what was answered before the start of a flush that was
 * answered, every durable write once it was answered, and without a volatile cache every write once it was answered.
 */
export function crashPoints(log: DiskLog, drive: DriveModel, from = 0): CrashPoint[] {
  const free = new Set<number>();
  const points: CrashPoint[] = [];
  let newlyFixed: number[] = [];
  const emit = (position: number): void => {
    points.push({ index: points.length, position, newlyFixed, free: [...free] });
    newlyFixed = [];
  };
  const fix = (writes: readonly number[], position: number): void => {
    if (writes.length === 0) return;
    if (position > from) emit(position - 1);
    for (const write of writes) free.delete(write);
    newlyFixed.push(...writes);
  };
  for (const event of eventsOf(log)) {
    if (event.kind === 'begin') free.add(event.write);
    else if (event.kind === 'flushed') {
      const covered = [...free].filter((write) => {
        const end = log.writes[write]?.end ?? null;
        return end !== null && end < event.begin;
      });
      fix(covered, event.position);
    } else if (!drive.volatileCache || log.writes[event.write]?.durable === true) {
      fix([event.write], event.position);
    }
  }
  emit(Math.max(from, log.positions - 1));
  return points;
}

function eventsOf(log: DiskLog): Event[] {
  const events: Event[] = [];
  for (const [write, { begin, end }] of log.writes.entries()) {
    events.push({ kind: 'begin', position: begin, write });
    if (end !== null) events.push({ kind: 'end', position: end, write });
  }
  for (const { begin, end } of log.flushes)
    if (end !== null) events.push({ kind: 'flushed', position: end, begin });
  return events.sort((left, right) => left.position - right.position);
}
