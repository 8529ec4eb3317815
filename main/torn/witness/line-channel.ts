import type { Socket } from 'node:net';
import { lineCode, sameCode } from './key.ts';

/** Longer lines are nobody's of ours. */
const longestLine = 4 * 2 ** 20;

/** What a peer said that no honest peer says. */
export class BadLine extends Error {
  override readonly name = 'BadLine';
}

/**
 * Lines over a connection: plain ones until {@link seal}, then each with its number's code in front, so that a line that
 * was changed, repeated, left out or made up ends the connection.
 */
export class LineChannel {
  readonly #socket: Socket;
  readonly #side: 'client' | 'server';
  #session: Buffer | null = null;
  #sent = 0;
  #received = 0;
  #rest = '';
  #onLine: (text: string) => void = () => undefined;

  constructor(socket: Socket, side: 'client' | 'server', onEnd: (error: Error | null) => void) {
    this.#socket = socket;
    this.#side = side;
    socket.setEncoding('utf8');
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 5000);
    socket.on('data', (text: string) => {
      try {
        this.#take(text);
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new BadLine(String(error)));
      }
    });
    let failure: Error | null = null;
    socket.on('error', (error) => (failure = error));
    socket.on('close', () => onEnd(failure));
  }

  /** Who gets the lines from now on. */
  listen(onLine: (text: string) => void): void {
    this.#onLine = onLine;
  }

  /** From the next line on, both ways, only lines with a code of this session count. */
  seal(session: Buffer): void {
    this.#session = session;
  }

  send(value: object): void {
    const body = JSON.stringify(value);
    const code = this.#session === null ? '' : `${lineCode(this.#session, this.#side, this.#sent++, body)} `;
    this.#socket.write(`${code}${body}\n`);
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#rest += text;
    for (let end = this.#rest.indexOf('\n'); end >= 0; end = this.#rest.indexOf('\n')) {
      const line = this.#rest.slice(0, end);
      this.#rest = this.#rest.slice(end + 1);
      this.#onLine(this.#opened(line));
    }
    if (this.#rest.length > longestLine) throw new BadLine('a line has no end');
  }

  #opened(line: string): string {
    if (this.#session === null) return line;
    const body = line.slice(65);
    const from = this.#side === 'client' ? 'server' : 'client';
    const code = lineCode(this.#session, from, this.#received++, body);
    if (line[64] !== ' ' || !sameCode(line.slice(0, 64), code))
      throw new BadLine('a line is not of who shares the key');
    return body;
  }
}
