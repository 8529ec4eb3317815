import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { Answer, FrameReader, magic, Payload, verbs, version } from '../../main/privilege/frames.ts';
import { nobody } from './user.ts';

export interface RawAnswer {
  readonly id: number;
  readonly status: number;
  readonly answer: Answer;
}

/** The helper's pipe without a client: whatever bytes a test likes, and no heartbeat. */
export class Pipe {
  readonly process: ChildProcessWithoutNullStreams;
  readonly #reader = new FrameReader();
  readonly #answers: RawAnswer[] = [];
  #waiting: (() => void) | null = null;
  #isOver = false;
  complaint = '';

  constructor([program, ...args]: readonly [string, ...string[]], environment: Record<string, string> = {}) {
    this.process = spawn(program, args, { env: { ...process.env, ...environment } });
    this.process.stdin.on('error', () => undefined);
    this.process.stderr.on('data', (text: Buffer) => (this.complaint += text.toString()));
    this.process.stdout.on('data', (bytes: Buffer) => {
      for (const frame of this.#reader.push(bytes)) {
        const answer = new Answer(frame);
        this.#answers.push({ id: answer.u32(), status: answer.u8(), answer });
      }
      this.#waiting?.();
    });
    this.process.on('close', () => {
      this.#isOver = true;
      this.#waiting?.();
    });
  }

  write(bytes: Uint8Array): void {
    this.process.stdin.write(bytes);
  }

  /** The next answer; null once the helper has gone. */
  async next(): Promise<RawAnswer | null> {
    while (this.#answers.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => (this.#waiting = resolve));
    }
    return this.#answers.shift() ?? null;
  }

  /** Sends a request and takes its answer. */
  async ask(verb: number, payload = new Payload()): Promise<RawAnswer> {
    this.write(payload.frame(1, verb));
    const answer = await this.next();
    if (answer === null) throw new Error(`the helper has gone: ${this.complaint}`);
    return answer;
  }

  /** Greets; `silenceMs` is how long the helper stays when nothing is heard. */
  async greet(silenceMs: number): Promise<RawAnswer> {
    return this.ask(verbs.hello, new Payload().u32(magic).u16(version).u32(silenceMs).u32(nobody.gid));
  }

  /** How the process ends. */
  async ended(): Promise<number | null> {
    if (!this.#isOver) await once(this.process, 'close');
    return this.process.exitCode;
  }
}
