import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { survivingParts, type DriveModel } from '../../../core/torn/crash/index.ts';
import type { ServedDisk } from './nbd.ts';

/** A drive as a rehearsal wants it. */
export interface ForgetfulModel {
  /** What it keeps whole. */
  readonly promises: DriveModel;
  /** Whether it answers flushes and FUA without doing anything. */
  readonly lies: boolean;
  /** Most bytes in its cache; beyond that the oldest are made durable. */
  readonly cacheBytes: number;
  /** Longest time for a request, in milliseconds; each takes a part of it. */
  readonly slowestMs: number;
}

/** What a power cut left of what was not durable. */
export interface PowerCut {
  /** Writes that had not been answered. */
  readonly inFlight: number;
  /** Writes that had been answered and lay in the cache. */
  readonly cached: number;
  /** Of both: there, gone, and there in part. */
  readonly kept: number;
  readonly lost: number;
  readonly cut: number;
}

interface Held {
  readonly at: number;
  readonly data: Uint8Array;
}

/**
 * A drive with a volatile cache, on a file: what is not durable lives here only, and a power cut makes of it what the fault
 * model of docs/crash-states.md allows. Requests are answered after a while, so that some are under way at any moment.
 */
export class ForgetfulDrive implements ServedDisk {
  readonly sizeBytes: number;
  readonly #file: number;
  readonly #model: ForgetfulModel;
  readonly #below: (limit: number) => number;
  /** Answered and not durable, in the order of the answers. */
  #cache: Held[] = [];
  #cacheBytes = 0;
  /** Not answered yet, in the order in which they came. */
  readonly #underWay = new Set<Held>();
  #isOff = false;

  /** `below(n)` draws a whole number from 0 to n - 1: times, and what a power cut leaves. */
  constructor(file: string, sizeBytes: number, model: ForgetfulModel, below: (limit: number) => number) {
    this.sizeBytes = sizeBytes;
    this.#model = model;
    this.#below = below;
    this.#file = openSync(file, 'r+');
    ftruncateSync(this.#file, sizeBytes);
  }

  read(at: number, lengthBytes: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(lengthBytes);
    readSync(this.#file, bytes, 0, lengthBytes, at);
    for (const held of this.#cache) {
      const from = Math.max(at, held.at);
      const to = Math.min(at + lengthBytes, held.at + held.data.length);
      if (from < to) bytes.set(held.data.subarray(from - held.at, to - held.at), from - at);
    }
    return Promise.resolve(bytes);
  }

  async write(at: number, data: Uint8Array, durable: boolean): Promise<void> {
    const held = { at, data };
    this.#underWay.add(held);
    await this.#takeTime();
    this.#underWay.delete(held);
    if (!durable || this.#model.lies) return this.#hold(held);
    // What is older and below it must not come back over it.
    this.#destage(this.#cache.filter((other) => overlap(other, held)));
    this.#store(held.at, held.data);
  }

  async flush(): Promise<void> {
    const before = [...this.#cache];
    await this.#takeTime();
    if (!this.#model.lies) this.#destage(before);
  }

  /** Makes everything durable that was answered, as an idle drive does in time. */
  settle(): void {
    this.#destage([...this.#cache]);
  }

  /** The power fails: nothing is answered any more, and what was not durable is there or not. The file is closed. */
  cutPower(): PowerCut {
    const [inFlight, cached] = [this.#underWay.size, this.#cache.length];
    const counts = { kept: 0, lost: 0, cut: 0 };
    for (const { at, data } of [...this.#cache, ...this.#underWay]) {
      const write = { at, data, lengthBytes: data.length };
      const parts = survivingParts(this.#model.promises, write, this.#below);
      for (const [from, to] of parts) this.#store(at + from, data.subarray(from, to));
      const [first] = parts;
      const isWhole = first?.[0] === 0 && first[1] === data.length;
      counts[isWhole ? 'kept' : first ? 'cut' : 'lost']++;
    }
    this.#isOff = true;
    closeSync(this.#file);
    return { inFlight, cached, ...counts };
  }

  async #takeTime(): Promise<void> {
    // Never nothing: an answer within the request itself would leave nothing under way.
    await sleep(1 + this.#below(this.#model.slowestMs));
    if (this.#isOff) await new Promise(() => undefined);
  }

  #hold(held: Held): void {
    this.#cache.push(held);
    this.#cacheBytes += held.data.length;
    while (this.#cacheBytes > this.#model.cacheBytes && this.#cache[0]) this.#destage([this.#cache[0]]);
  }

  /** In the order of the answers, whatever the order of `these`. */
  #destage(these: readonly Held[]): void {
    const chosen = new Set(these);
    this.#cache = this.#cache.filter((held) => {
      if (!chosen.has(held)) return true;
      this.#store(held.at, held.data);
      this.#cacheBytes -= held.data.length;
      return false;
    });
  }

  #store(at: number, data: Uint8Array): void {
    for (let done = 0; done < data.length;)
      done += writeSync(this.#file, data, done, data.length - done, at + done);
  }
}

function overlap(one: Held, other: Held): boolean {
  return one.at < other.at + other.data.length && other.at < one.at + one.data.length;
}
