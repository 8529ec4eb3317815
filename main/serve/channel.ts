import type { RawData, WebSocket } from 'ws';
import type { Transport } from '../../core/rpc/index.ts';

/** While more than this waits to be sent, nothing more is read: who asks without listening is asked to listen first. */
const readWhileBytesMax = 2 ** 20;
/** Whoever leaves so much unread is gone. A single answer may be longer. */
const unreadBytesMax = 256 * 2 ** 20;

/** What a channel takes of a WebSocket. */
interface Socket extends Pick<
  WebSocket,
  'bufferedAmount' | 'close' | 'OPEN' | 'pause' | 'readyState' | 'resume' | 'send' | 'terminate'
> {
  on(event: 'error', listener: () => void): unknown;
  on(event: 'message', listener: (data: RawData, isBinary: boolean) => void): unknown;
  once(event: 'close', listener: () => void): unknown;
}

/** A WebSocket as a channel of the contract. Binary messages arrive as null and are refused above. */
export function webSocketTransport(socket: Socket): Transport {
  // A broken peer ends in `close`, which the channel reports; the error itself says nothing more.
  socket.on('error', () => socket.terminate());
  const readAgain = () => {
    if (socket.bufferedAmount <= readWhileBytesMax) socket.resume();
  };
  return {
    send(text) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > unreadBytesMax) {
        socket.terminate();
        return;
      }
      socket.send(text, readAgain);
      if (socket.bufferedAmount > readWhileBytesMax) socket.pause();
    },
    onMessage(receiver) {
      socket.on('message', (data, isBinary) => receiver(isBinary ? null : textOf(data)));
    },
    onClose(listener) {
      socket.once('close', listener);
    },
    close() {
      socket.close();
    },
  };
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
