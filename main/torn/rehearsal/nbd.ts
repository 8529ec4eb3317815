import { createServer, type Server, type Socket } from 'node:net';
import { Unable } from '../../failure.ts';

/**
 * A disk for others to use, over a socket of this machine: the part of the NBD protocol that QEMU speaks to an export which
 * reads, writes and flushes (github.com/NetworkBlockDevice/nbd, doc/proto.md: "Fixed newstyle negotiation", "Option types",
 * "Transmission phase", "Ordering of messages and writes").
 */

/** What is served. Places and lengths are bytes, whole sectors; an answer may take its time. */
export interface ServedDisk {
  readonly sizeBytes: number;
  read(at: number, lengthBytes: number): Promise<Uint8Array>;
  /** `durable`: the write is there whatever happens once it is answered (FUA). */
  write(at: number, data: Uint8Array, durable: boolean): Promise<void>;
  /** What was answered before is durable once this is. */
  flush(): Promise<void>;
}

const greeting = 0x4e42444d41474943n;
const optionMagic = 0x49484156454f5054n;
const optionReplyMagic = 0x3e889045565a9n;
const requestMagic = 0x25609513;
const replyMagic = 0x67446698;
const handshake = { fixedNewstyle: 1, noZeroes: 2 } as const;
const options = { exportName: 1, abort: 2, info: 6, go: 7 } as const;
const optionReplies = { done: 1, info: 3, unsupported: 0x80000001 } as const;
const infos = { export: 0, blockSize: 3 } as const;
const transmission = { hasFlags: 1, sendFlush: 4, sendFua: 8 } as const;
const commands = { read: 0, write: 1, disconnect: 2, flush: 3 } as const;
const fua = 1;
const errors = { io: 5, invalid: 22 } as const;
const blockSizes = { least: 512, preferred: 4096, most: 32 * 2 ** 20 } as const;
const longestOption = 65536;

/** Serves a disk on a socket that is made at `path`. Throws Unable. */
export async function serveDisk(disk: ServedDisk, path: string): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Whoever was killed while it was spoken to is no longer interested.
    socket.on('error', () => socket.destroy());
    void converse(socket, disk).catch(() => socket.destroy());
  });
  await listening(server, path);
  return {
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function listening(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Unable(`${path}: no socket can be made there: ${error.code ?? ''}`, path, { cause: error })),
    );
    server.listen(path, () => resolve());
  });
}

async function converse(socket: Socket, disk: ServedDisk): Promise<void> {
  const input = new Bytes(socket);
  if (await negotiate(socket, input, disk)) await transmit(socket, input, disk);
  socket.end();
}

/** True where the client goes on to use the disk. */
async function negotiate(socket: Socket, input: Bytes, { sizeBytes }: ServedDisk): Promise<boolean> {
  const hello = Buffer.alloc(18);
  hello.writeBigUInt64BE(greeting, 0);
  hello.writeBigUInt64BE(optionMagic, 8);
  hello.writeUInt16BE(handshake.fixedNewstyle | handshake.noZeroes, 16);
  socket.write(hello);
  await input.take(4);
  for (;;) {
    const head = await input.take(16);
    const option = head.readUInt32BE(8);
    const length = head.readUInt32BE(12);
    if (head.readBigUInt64BE(0) !== optionMagic || length > longestOption) return false;
    await input.take(length);
    const reply = (kind: number, data: Buffer = Buffer.alloc(0)): void => {
      const answer = Buffer.alloc(20);
      answer.writeBigUInt64BE(optionReplyMagic, 0);
      answer.writeUInt32BE(option, 8);
      answer.writeUInt32BE(kind, 12);
      answer.writeUInt32BE(data.length, 16);
      socket.write(Buffer.concat([answer, data]));
    };
    switch (option) {
      case options.go:
      case options.info:
        reply(optionReplies.info, exportInfo(sizeBytes));
        reply(optionReplies.info, blockSizeInfo());
        reply(optionReplies.done);
        if (option === options.go) return true;
        break;
      case options.abort:
        reply(optionReplies.done);
        return false;
      case options.exportName:
        socket.write(exportInfo(sizeBytes).subarray(2));
        return true;
      default:
        reply(optionReplies.unsupported);
    }
  }
}

function exportInfo(sizeBytes: number): Buffer {
  const info = Buffer.alloc(12);
  info.writeUInt16BE(infos.export, 0);
  info.writeBigUInt64BE(BigInt(sizeBytes), 2);
  info.writeUInt16BE(transmission.hasFlags | transmission.sendFlush | transmission.sendFua, 10);
  return info;
}

function blockSizeInfo(): Buffer {
  const info = Buffer.alloc(14);
  info.writeUInt16BE(infos.blockSize, 0);
  info.writeUInt32BE(blockSizes.least, 2);
  info.writeUInt32BE(blockSizes.preferred, 6);
  info.writeUInt32BE(blockSizes.most, 10);
  return info;
}

/** Requests are taken as they come and answered as they are done, in any order. */
async function transmit(socket: Socket, input: Bytes, disk: ServedDisk): Promise<void> {
  for (;;) {
    const head = await input.take(28);
    if (head.readUInt32BE(0) !== requestMagic) throw new Error('no request of NBD');
    const [flags, kind] = [head.readUInt16BE(4), head.readUInt16BE(6)];
    const cookie = head.readBigUInt64BE(8);
    const [at, length] = [Number(head.readBigUInt64BE(16)), head.readUInt32BE(24)];
    if (kind === commands.disconnect) return;
    if (length > blockSizes.most) throw new Error('a request that is longer than was agreed');
    const data = kind === commands.write ? await input.take(length) : null;
    const answer = (error: number, read?: Uint8Array): void => {
      const reply = Buffer.alloc(16);
      reply.writeUInt32BE(replyMagic, 0);
      reply.writeUInt32BE(error, 4);
      reply.writeBigUInt64BE(cookie, 8);
      if (!socket.destroyed) socket.write(read ? Buffer.concat([reply, read]) : reply);
    };
    if (at + length > disk.sizeBytes) answer(errors.invalid);
    else
      void perform(disk, { kind, at, length, data, durable: (flags & fua) !== 0 }).then(
        (read) => (read === undefined ? answer(errors.invalid) : answer(0, read ?? undefined)),
        () => answer(errors.io),
      );
  }
}

/** What was read, null where nothing is, undefined where the request is none of ours. */
async function perform(
  disk: ServedDisk,
  {
    kind,
    at,
    length,
    data,
    durable,
  }: { kind: number; at: number; length: number; data: Buffer | null; durable: boolean },
): Promise<Uint8Array | null | undefined> {
  if (data !== null) return disk.write(at, data, durable).then(() => null);
  if (kind === commands.read) return disk.read(at, length);
  if (kind === commands.flush) return disk.flush().then(() => null);
  return undefined;
}

/** The bytes of a stream, as many at a time as are wanted. */
class Bytes {
  readonly #chunks: AsyncIterator<Buffer>;
  #have: Buffer[] = [];
  #length = 0;

  constructor(socket: Socket) {
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** Throws where the stream ends before. The bytes are the caller's own. */
  async take(length: number): Promise<Buffer> {
    while (this.#length < length) {
      const { value, done } = await this.#chunks.next();
      if (done === true) throw new Error('the stream has ended');
      this.#have.push(value);
      this.#length += value.length;
    }
    const all = Buffer.concat(this.#have);
    this.#have = [all.subarray(length)];
    this.#length = all.length - length;
    return Buffer.from(all.subarray(0, length));
  }
}
