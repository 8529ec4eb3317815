import type { WebSocket } from 'ws';
import type { Transport } from '../../core/rpc/index.ts';

/** A WebSocket as a channel of the contract. Binary messages arrive as null and are refused above. */
export function webSocketTransport(socket: WebSocket): Transport {
  // A broken peer ends in `close`, which the channel reports; the error itself says nothing more.
  socket.on('error', () => socket.terminate());
  return {
    send(text) {
      if (socket.readyState === socket.OPEN) socket.send(text);
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

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
