import type { Transport } from './transport.ts';

/** Two ends of one channel in memory; messages arrive in order, in a later microtask, as they would over a wire. */
export function memoryTransports(): readonly [Transport, Transport] {
  const left = makeEnd();
  const right = makeEnd();
  return [left.facing(right), right.facing(left)];
}

interface End {
  deliver(text: string | null): void;
  hangUp(): void;
  facing(other: End): Transport;
}

function makeEnd(): End {
  let receiver: ((text: string | null) => void) | null = null;
  let closeListener: (() => void) | null = null;
  let open = true;
  const hangUp = () => {
    if (!open) return;
    open = false;
    closeListener?.();
  };
  return {
    deliver(text) {
      void Promise.resolve().then(() => {
        if (open) receiver?.(text);
      });
    },
    hangUp,
    facing: (other) => ({
      send(text) {
        if (open) other.deliver(text);
      },
      onMessage(next) {
        receiver = next;
      },
      onClose(listener) {
        closeListener = listener;
      },
      close() {
        hangUp();
        other.hangUp();
      },
    }),
  };
}
