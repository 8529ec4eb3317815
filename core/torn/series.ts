import { assertExists } from '../assert.ts';
import { latenciesSince, latencyAt, sumOfLatencies, type Latencies } from './latency.ts';

/** A stretch of a storm: what was acknowledged in it, and how long that took. Times are seconds from its beginning. */
export interface SeriesPoint {
  readonly from: number;
  readonly to: number;
  readonly writes: number;
  readonly bytes: number;
  /** Microseconds: the middle, nine of ten, 99 of 100, the longest; null where nothing was measured. */
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly most: number | null;
}

/** What a storm says of itself so far. */
export interface StormSample {
  readonly seconds: number;
  readonly acknowledged: number;
  readonly acknowledgedBytes: number;
  readonly latencies: Latencies;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly writes: number;
  readonly bytes: number;
  readonly latencies: Latencies;
}

/** Of a stretch as short as this, such as the last one, nothing can be said. */
const sliverSeconds = 0.05;
const nothing: StormSample = { seconds: 0, acknowledged: 0, acknowledgedBytes: 0, latencies: [] };

/**
 * The course of a storm in a bounded number of stretches, however long it blows: when there are too many, neighbours
 * become one, and later stretches are as long as those. Nothing is lost by that but detail, since histograms add up.
 */
export class StormSeries {
  readonly #most: number;
  #stretches: Stretch[] = [];
  #last: StormSample = nothing;
  /** The least length of a stretch, in seconds. */
  #grain = 0;

  /** @param most Stretches that are kept at most; an even number. */
  constructor(most = 240) {
    this.#most = most;
  }

  /** Takes what the storm says of itself; one that says nothing new of time is passed over. */
  add(sample: StormSample): void {
    if (sample.seconds <= this.#last.seconds) return;
    const fresh: Stretch = {
      from: this.#last.seconds,
      to: sample.seconds,
      writes: sample.acknowledged - this.#last.acknowledged,
      bytes: sample.acknowledgedBytes - this.#last.acknowledgedBytes,
      latencies: latenciesSince(sample.latencies, this.#last.latencies),
    };
    this.#last = sample;
    const open = this.#stretches.at(-1);
    const isSliver = fresh.to - fresh.from < sliverSeconds;
    if (open && (isSliver || open.to - open.from < this.#grain))
      this.#stretches[this.#stretches.length - 1] = joined(open, fresh);
    else this.#stretches.push(fresh);
    if (this.#stretches.length > this.#most) this.#halve();
  }

  get points(): SeriesPoint[] {
    return this.#stretches.map(({ latencies, ...rest }) => ({
      ...rest,
      p50: latencyAt(latencies, 0.5),
      p90: latencyAt(latencies, 0.9),
      p99: latencyAt(latencies, 0.99),
      most: latencyAt(latencies, 1),
    }));
  }

  #halve(): void {
    const halved: Stretch[] = [];
    for (let at = 0; at < this.#stretches.length; at += 2) {
      const one = assertExists(this.#stretches[at], 'a stretch');
      const other = this.#stretches[at + 1];
      halved.push(other ? joined(one, other) : one);
    }
    this.#stretches = halved;
    const [first] = halved;
    // A hair less, so that samples that come a moment early do not make every other stretch twice as long.
    this.#grain = first ? (first.to - first.from) * 0.9 : 0;
  }
}

function joined(one: Stretch, other: Stretch): Stretch {
  return {
    from: one.from,
    to: other.to,
    writes: one.writes + other.writes,
    bytes: one.bytes + other.bytes,
    latencies: sumOfLatencies(one.latencies, other.latencies),
  };
}
