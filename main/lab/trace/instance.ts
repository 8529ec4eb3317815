import {
  closeSync,
  constants,
  existsSync,
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
import { filterText } from '../../privilege/index.ts';
import type { TraceWish } from '../privileges/privileges.ts';
import { LineReader } from './line-reader.ts';
import { lostEvents } from './lost.ts';

/** A private tracefs instance of root's (Documentation/trace/ftrace.rst). */
export class TraceInstance {
  readonly #folder: string;
  readonly #marker: number;
  readonly #pipe: number;
  readonly #reader: LineReader;
  #isOpen = true;

  /** Makes the instance at `folder`; throws the system's errors, and leaves nothing then. */
  constructor(folder: string, wish: TraceWish) {
    this.#folder = folder;
    mkdirSync(folder);
    try {
      this.#write('buffer_size_kb', String(wish.otherCpusKib));
      if (wish.firstCpuKib !== wish.otherCpusKib)
        this.#write('per_cpu/cpu0/buffer_size_kb', String(wish.firstCpuKib));
      this.#write('options/overwrite', wish.overwrite ? '1' : '0');
      this.#write('trace_clock', 'counter');
      this.#enable(wish);
      this.#marker = openSync(path.join(folder, 'trace_marker'), constants.O_WRONLY);
      this.#pipe = openSync(path.join(folder, 'trace_pipe'), constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      rmdirSync(folder);
      throw error;
    }
    this.#reader = new LineReader((buffer) => this.#read(buffer));
  }

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

  lines(): string[] {
    return this.#reader.lines();
  }

  lost(): number {
    const cpus = readdirSync(path.join(this.#folder, 'per_cpu'));
    return cpus.reduce((sum, cpu) => sum + lostEvents(this.#text(`per_cpu/${cpu}/stats`)), 0);
  }

  stop(): void {
    this.#write('tracing_on', '0');
  }

  /**
   * Removes the instance and its buffers. Where somebody else looks into it at this moment it stays, and the lab's folder with it,
   * by which it is found later. Safe to call twice.
   */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#pipe);
    closeSync(this.#marker);
    try {
      rmdirSync(this.#folder);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EBUSY')) throw error;
    }
  }

  #enable({ device: { major, minor }, events }: TraceWish): void {
    // dev_t as the kernel holds it in memory (include/linux/kdev_t.h, MKDEV()).
    const number = major * 2 ** 20 + minor;
    for (const { name, isRequired, clauses } of events) {
      const event = `events/ext4/${name}`;
      if (!isRequired && !existsSync(path.join(this.#folder, event))) continue;
      this.#write(`${event}/filter`, filterText(number, clauses));
      this.#write(`${event}/enable`, '1');
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
