import type { ByteSource } from '../../core/ext4/index.ts';
import { Unable } from '../failure.ts';
import { PageCache } from '../bytes/index.ts';
import type { ReadBytes } from '../lab/index.ts';

/** Memory of both threads: how a request stands, how many bytes came, and the bytes. */
export interface RemoteBytes {
  readonly sizeBytes: number;
  /** Whether only what is asked for is read, and nothing around it. */
  readonly isExact: boolean;
  readonly shared: SharedArrayBuffer;
}

/** Puts a request to the other thread. */
export type AskForBytes = (offset: number, length: number) => void;

const headBytes = 8;
const pieceBytes = 2 ** 20;
const [stateAt, lengthAt] = [0, 1];
const states = { asked: 0, answered: 1, failed: 2 } as const;

export function remoteBytes(sizeBytes: number, isExact: boolean): RemoteBytes {
  return { sizeBytes, isExact, shared: new SharedArrayBuffer(headBytes + pieceBytes) };
}

/** A source whose bytes another thread reads; the thread of this one stands still meanwhile. */
export function remoteSource({ sizeBytes, isExact, shared }: RemoteBytes, ask: AskForBytes): ByteSource {
  const head = new Int32Array(shared, 0, 2);
  const piece = (offset: number, length: number): Uint8Array => {
    Atomics.store(head, stateAt, states.asked);
    ask(offset, length);
    Atomics.wait(head, stateAt, states.asked);
    if (Atomics.load(head, stateAt) === states.failed || head[lengthAt] !== length)
      throw new Unable(`${length} bytes at ${offset} of the device cannot be read`);
    return new Uint8Array(shared, headBytes, length).slice();
  };
  const readThrough = (offset: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; done += pieceBytes)
      bytes.set(piece(offset + done, Math.min(pieceBytes, length - done)), done);
    return bytes;
  };
  const pages = isExact ? { read: remembering(readThrough) } : new PageCache(readThrough, sizeBytes);
  return {
    sizeBytes,
    read(offset, length) {
      const sound =
        Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
      if (!sound || offset + length > sizeBytes)
        throw new RangeError(`${length} bytes at ${offset} are not inside the ${sizeBytes} of the device`);
      return pages.read(offset, length);
    },
  };
}

/** Reads each range once: what is read is small, and read again and again. */
function remembering(read: (offset: number, length: number) => Uint8Array): typeof read {
  const known = new Map<string, Uint8Array>();
  return (offset, length) => {
    const key = `${offset}+${length}`;
    const bytes = known.get(key) ?? read(offset, length);
    known.set(key, bytes);
    return bytes.slice();
  };
}

/** Answers a request of {@link remoteSource}; what goes wrong is told to that side, and thrown. */
export async function answerRemote(
  { shared }: RemoteBytes,
  read: ReadBytes,
  offset: number,
  length: number,
): Promise<void> {
  const head = new Int32Array(shared, 0, 2);
  const settle = (state: number): void => {
    Atomics.store(head, stateAt, state);
    Atomics.notify(head, stateAt);
  };
  try {
    const bytes = await read(offset, length);
    new Uint8Array(shared, headBytes).set(bytes.subarray(0, pieceBytes));
    head[lengthAt] = bytes.length;
    settle(states.answered);
  } catch (error) {
    settle(states.failed);
    throw error;
  }
}
