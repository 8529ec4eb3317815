import type { CallProgress } from '../../core/rpc/index.ts';

/** Less than this says nothing about what is to come. */
const measuredMsMin = 700;

/**
 * Guesses how long a phase will still take, by what it has done since it began. A phase begins anew with every other name or
 * total.
 */
export class TimeLeft {
  private phase = '';
  private total: number | null = null;
  private beganMs = 0;
  private doneAtFirst = 0;

  /** Milliseconds until the end of the phase; null where that cannot be told. `nowMs` is of any clock that goes evenly. */
  after({ phase, done, total }: CallProgress, nowMs: number): number | null {
    if (phase !== this.phase || total !== this.total) {
      this.phase = phase;
      this.total = total;
      this.beganMs = nowMs;
      this.doneAtFirst = done ?? 0;
      return null;
    }
    if (done === null || total === null) return null;
    const [took, did] = [nowMs - this.beganMs, done - this.doneAtFirst];
    if (took < measuredMsMin || did <= 0) return null;
    return (took / did) * Math.max(0, total - done);
  }
}

/** `about 12 s left`; nothing for less than a second. */
export function timeLeftInWords(ms: number | null): string {
  if (ms === null || ms < 1000) return '';
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return `about ${seconds} s left`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `about ${minutes} min left` : `about ${(minutes / 60).toFixed(1)} h left`;
}
