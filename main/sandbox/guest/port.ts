import { createReadStream, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ReadStream } from 'node:tty';
import { isatty } from 'node:tty';
import type { Delivery, Reply, Request } from '../protocol.ts';

/** The guest's end of the stream between host and guest. */
export class Port {
  readonly #descriptor: number;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(file: string) {
    this.#descriptor = openSync(file, 'r+');
    if (isatty(this.#descriptor)) makeRaw(file);
    const stream = createReadStream('', { fd: this.#descriptor, highWaterMark: 65536 });
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  say(reply: Reply): void {
    const bytes = Buffer.from(`${JSON.stringify(reply)}\n`);
    for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at);
  }

  /** The next request; null when the host has gone. */
  async next(): Promise<Request | null> {
    for (let end = this.#rest.indexOf(10); ; end = this.#rest.indexOf(10)) {
      if (end >= 0) {
        const line = this.#rest.toString('utf8', 0, end);
        this.#rest = this.#rest.subarray(end + 1);
        return JSON.parse(line) as Request;
      }
      if (!(await this.#more())) return null;
    }
  }

  /** What a request announces; it has to be taken before the next request. */
  async take(delivery: Delivery): Promise<Buffer> {
    if ('path' in delivery) return readFile(delivery.path);
    while (this.#rest.length < delivery.bytes) {
      if (!(await this.#more())) throw new Error('the host has gone');
    }
    const body = this.#rest.subarray(0, delivery.bytes);
    this.#rest = this.#rest.subarray(delivery.bytes);
    return body;
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#chunks.next().catch(() => ({ value: null, done: true }));
    if (done === true || value === null) return false;
    this.#rest = Buffer.concat([this.#rest, value]);
    return true;
  }
}

/** No echo, no editing, no signals: bytes as they are. */
function makeRaw(file: string): void {
  const descriptor = openSync(file, 'r+');
  const terminal = new ReadStream(descriptor);
  terminal.setRawMode(true);
  terminal.unref();
}

/** The device of a port of virtio-serial by the name that the host gave it (drivers/char/virtio_console.c). */
export function virtioPort(name: string, folder = '/sys/class/virtio-ports'): string | null {
  const found = readdirSync(folder).find(
    (port) => readFileSync(path.join(folder, port, 'name'), 'utf8').trim() === name,
  );
  return found === undefined ? null : `/dev/${found}`;
}
