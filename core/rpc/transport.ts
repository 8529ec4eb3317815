/**
 * A two-way channel of texts, whole messages in order: a WebSocket, Electron's IPC, or memory. Nothing above it
 * knows which one.
 */
export interface Transport {
  /** Queues one message; does nothing once the channel is closed. */
  send(text: string): void;
  /** Sets the one receiver of messages. What is not a text arrives as null and is refused by the receiver. */
  onMessage(receiver: (text: string | null) => void): void;
  /** Sets the one listener that hears, once, that the channel is gone. */
  onClose(listener: () => void): void;
  close(): void;
}

/** Messages longer than this (UTF-16 units) are refused unread, so that a caller cannot exhaust the service. */
export const requestLengthMax = 16 * 2 ** 20;
