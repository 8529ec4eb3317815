import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveDisk, type ServedDisk } from './nbd.ts';

/** What QEMU's client says and expects, byte by byte (doc/proto.md of NBD). */
class Client {
  readonly socket: Socket;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest = Buffer.alloc(0);

  constructor(name: string) {
    this.socket = connect(name);
    this.#chunks = this.socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async take(length: number): Promise<Buffer> {
    while (this.#rest.length < length) {
      const { value, done } = await this.#chunks.next();
      if (done) throw new Error('the server has hung up');
      this.#rest = Buffer.concat([this.#rest, value]);
    }
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  async greet(): Promise<void> {
    expect((await this.take(18)).toString('latin1', 0, 16)).toBe('NBDMAGICIHAVEOPT');
    this.socket.write(Buffer.from([0, 0, 0, 3]));
  }

  /** An option; returns kinds and data of the replies up to the last. */
  async option(option: number, data = Buffer.alloc(0)): Promise<[number, Buffer][]> {
    const head = Buffer.alloc(16);
    head.write('IHAVEOPT', 'latin1');
    head.writeUInt32BE(option, 8);
    head.writeUInt32BE(data.length, 12);
    this.socket.write(Buffer.concat([head, data]));
    const replies: [number, Buffer][] = [];
    for (;;) {
      const reply = await this.take(20);
      expect(reply.readBigUInt64BE(0)).toBe(0x3e889045565a9n);
      expect(reply.readUInt32BE(8)).toBe(option);
      const kind = reply.readUInt32BE(12);
      replies.push([kind, await this.take(reply.readUInt32BE(16))]);
      if (kind !== 3) return replies;
    }
  }

  request(kind: number, at: number, length: number, { data = Buffer.alloc(0), flags = 0, cookie = 7n } = {}) {
    const head = Buffer.alloc(28);
    head.writeUInt32BE(0x25609513, 0);
    head.writeUInt16BE(flags, 4);
    head.writeUInt16BE(kind, 6);
    head.writeBigUInt64BE(cookie, 8);
    head.writeBigUInt64BE(BigInt(at), 16);
    head.writeUInt32BE(length, 24);
    this.socket.write(Buffer.concat([head, data]));
  }

  async answer(): Promise<{ error: number; cookie: bigint }> {
    const reply = await this.take(16);
    expect(reply.readUInt32BE(0)).toBe(0x67446698);
    return { error: reply.readUInt32BE(4), cookie: reply.readBigUInt64BE(8) };
  }
}

const go = 7;

describe('serveDisk', () => {
  let folder: string;
  let bytes: Uint8Array;
  let asked: string[];
  let disk: ServedDisk;
  let server: { close(): Promise<void> };
  let client: Client;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'untorn-test-nbd-'));
    bytes = new Uint8Array(65536);
    asked = [];
    disk = {
      sizeBytes: bytes.length,
      read: async (at, length) => bytes.slice(at, at + length),
      write: async (at, data, durable) => {
        asked.push(`write ${at} ${data.length} ${durable}`);
        if (at === 8192) throw new Error('a bad place');
        bytes.set(data, at);
      },
      flush: async () => void asked.push('flush'),
    };
    server = await serveDisk(disk, path.join(folder, 'socket'));
    client = new Client(path.join(folder, 'socket'));
    await client.greet();
  });
  afterEach(async () => {
    client.socket.destroy();
    await server.close();
    await rm(folder, { recursive: true });
  });

  async function started(): Promise<Client> {
    await client.option(go, Buffer.alloc(6));
    return client;
  }

  it('refuses options that it does not know, and tells size, flags and lengths', async () => {
    expect(await client.option(8)).toEqual([[0x80000001, Buffer.alloc(0)]]);
    const [[, about], [, lengths], [last]] = (await client.option(go, Buffer.alloc(6))) as [
      [number, Buffer],
      [number, Buffer],
      [number, Buffer],
    ];
    expect(last).toBe(1);
    expect([about.readUInt16BE(0), about.readBigUInt64BE(2)]).toEqual([0, 65536n]);
    expect(about.readUInt16BE(10)).toBe(1 | 4 | 8);
    expect([lengths.readUInt16BE(0), lengths.readUInt32BE(2)]).toEqual([3, 512]);
  });

  it('reads what was written, and passes flush and FUA on', async () => {
    await started();
    const data = Buffer.alloc(512, 0xa5);
    client.request(1, 4096, 512, { data, flags: 1 });
    expect(await client.answer()).toEqual({ error: 0, cookie: 7n });
    client.request(1, 4608, 512, { data });
    expect((await client.answer()).error).toBe(0);
    client.request(3, 0, 0);
    expect((await client.answer()).error).toBe(0);
    client.request(0, 3584, 1024, { cookie: 9n });
    expect(await client.answer()).toEqual({ error: 0, cookie: 9n });
    expect(await client.take(1024)).toEqual(Buffer.concat([Buffer.alloc(512), data]));
    expect(asked).toEqual(['write 4096 512 true', 'write 4608 512 false', 'flush']);
  });

  it('answers a request while an earlier one takes its time', async () => {
    await started();
    let finish = (): void => undefined;
    const slow = new Promise<void>((resolve) => (finish = resolve));
    disk.flush = () => slow;
    client.request(3, 0, 0, { cookie: 1n });
    client.request(0, 0, 0, { cookie: 2n });
    expect((await client.answer()).cookie).toBe(2n);
    finish();
    expect((await client.answer()).cookie).toBe(1n);
  });

  it('tells what it cannot do', async () => {
    await started();
    client.request(0, 65536 - 512, 1024);
    expect((await client.answer()).error).toBe(22);
    client.request(4, 0, 512);
    expect((await client.answer()).error).toBe(22);
    client.request(1, 8192, 512, { data: Buffer.alloc(512) });
    expect((await client.answer()).error).toBe(5);
  });

  it('hangs up on whoever does not speak the protocol, and on a farewell', async () => {
    await started();
    client.socket.write(Buffer.alloc(28));
    await expect(client.take(1)).rejects.toThrow('hung up');
    const polite = new Client(path.join(folder, 'socket'));
    await polite.greet();
    await polite.option(go, Buffer.alloc(6));
    polite.request(2, 0, 0);
    await expect(polite.take(1)).rejects.toThrow('hung up');
    polite.socket.destroy();
  });
});
