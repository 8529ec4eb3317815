import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmdirSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { parseTraceLine, type TraceLine } from '../../../core/experiment/decisions/index.ts';
import type { DeviceNumber } from '../../machine/index.ts';
import { LineReader } from './line-reader.ts';

/** What the mirror tells of too, what is read in meanwhile, and who writes back. Kernels may lack some of them. */
const events = [
  'ext4_request_blocks',
  'ext4_allocate_blocks',
  'ext4_mballoc_alloc',
  'ext4_mballoc_prealloc',
  'ext4_mballoc_discard',
  'ext4_mballoc_free',
  'ext4_mb_new_inode_pa',
  'ext4_mb_new_group_pa',
  'ext4_mb_release_inode_pa',
  'ext4_mb_release_group_pa',
  'ext4_discard_preallocations',
  'ext4_mb_discard_preallocations',
  'ext4_free_blocks',
  'ext4_mb_bitmap_load',
  'ext4_mb_buddy_bitmap_load',
  'ext4_writepages_result',
];

/** The plan's thread runs on CPU 0: three quarters of 8 MiB are for it, the rest is shared by the others. */
const ownCpuKib = 6 * 1024;
const otherCpusKib = 2 * 1024;
const leastKib = 16;

/**
 * A private tracefs instance that records the allocator's tracepoints on one device (Documentation/trace/ftrace.rst).
 * Its clock is `counter`, which gives every event of every CPU its place in one order; a clock of time does not, where
 * two events are closer than its resolution.
 */
export class TraceInstance {
  readonly #folder: string;
  readonly #marker: number;
  readonly #pipe: number;
  readonly #reader: LineReader;
  #isOpen = true;

  /** Makes the instance at `folder`; throws the system's errors, and leaves nothing then. */
  constructor(folder: string, device: DeviceNumber) {
    this.#folder = folder;
    mkdirSync(folder);
    try {
      this.#setSizes();
      // What comes when the buffers are full is dropped and counted, rather than what came first.
      this.#write('options/overwrite', '0');
      this.#write('trace_clock', 'counter');
      this.#enable(device);
      this.#marker = openSync(path.join(folder, 'trace_marker'), constants.O_WRONLY);
      this.#pipe = openSync(path.join(folder, 'trace_pipe'), constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      rmdirSync(folder);
      throw error;
    }
    this.#reader = new LineReader((buffer) => this.#read(buffer));
  }

  /** Writes a marker between the events; it has its place in their order. False where the buffer has no room for it. */
  mark(text: string): boolean {
    try {
      writeSync(this.#marker, text);
      return true;
    } catch (error) {
      // kernel/trace/trace.c, write_marker_to_buffer(): "as if not open for write".
      if (error instanceof Error && 'code' in error && error.code === 'EBADF') return false;
      throw error;
    }
  }

  /** What has been recorded since the last call; CPU by CPU in order. */
  drain(): TraceLine[] {
    return this.#reader.lines().flatMap((line) => parseTraceLine(line) ?? []);
  }

  /** Events that found no room, over all CPUs. */
  lost(): number {
    const cpus = readdirSync(path.join(this.#folder, 'per_cpu'));
    return cpus.reduce((sum, cpu) => sum + lostEvents(this.#text(`per_cpu/${cpu}/stats`)), 0);
  }

  /** Records nothing any more; what was recorded can still be drained. */
  stop(): void {
    this.#write('tracing_on', '0');
  }

  /** Removes the instance and its buffers. Safe to call twice. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#pipe);
    closeSync(this.#marker);
    rmdirSync(this.#folder);
  }

  #setSizes(): void {
    const cpus = readdirSync(path.join(this.#folder, 'per_cpu')).length;
    this.#write('buffer_size_kb', String(Math.max(leastKib, Math.floor(otherCpusKib / cpus))));
    this.#write('per_cpu/cpu0/buffer_size_kb', String(ownCpuKib));
  }

  #enable({ major, minor }: DeviceNumber): void {
    const known = new Set(readdirSync(path.join(this.#folder, 'events/ext4')));
    // dev_t as the kernel holds it in memory (include/linux/kdev_t.h, MKDEV()).
    const filter = `dev == ${major * 2 ** 20 + minor}`;
    for (const event of events.filter((name) => known.has(name))) {
      this.#write(`events/ext4/${event}/filter`, filter);
      this.#write(`events/ext4/${event}/enable`, '1');
    }
  }

  /** 0 where nothing is there at the moment. */
  #read(buffer: Uint8Array): number {
    try {
      return readSync(this.#pipe, buffer);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0;
      throw error;
    }
  }

  #write(file: string, text: string): void {
    writeFileSync(path.join(this.#folder, file), text);
  }

  #text(file: string): string {
    return readFileSync(path.join(this.#folder, file), 'utf8');
  }
}

/** Sums up what per_cpu/cpuN/stats counts as lost (kernel/trace/trace.c, tracing_stats_read()). */
export function lostEvents(stats: string): number {
  const counts = [...stats.matchAll(/^(?:overrun|commit overrun|dropped events): (\d+)$/gm)];
  if (counts.length !== 3) throw new Error(`the trace does not say what it lost: ${stats}`);
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}
