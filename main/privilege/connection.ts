import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { Socket } from 'node:net';
import { Unable } from '../failure.ts';
import { Answer, FrameReader, magic, Payload, statuses, verbs, version } from './frames.ts';

/** The helper goes after so long a silence: long enough for a machine that was asleep for a moment, or busy. */
const usualSilenceMs = 60_000;
const mostComplaintBytes = 4096;

export interface Greeting {
  readonly uid: number;
}

export interface ConnectionOptions {
  /** How long the helper stays when nothing is heard of this process. */
  readonly silenceMs?: number;
  /** The group with which the caller makes files; this process's own where it is left out. */
  readonly gid?: number;
}

interface Pending {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** One helper and the pipe to it. Keeps this process alive only while an answer is awaited. */
export class Connection {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #pending = new Map<number, Pending>();
  readonly #reader = new FrameReader();
  readonly #ended: Promise<void>;
  #heartbeat: NodeJS.Timeout | null = null;
  #nextId = 1;
  #complaint = '';
  #failure: Error | null = null;

  /** Starts the helper by `command` and greets it. Throws Unable where it does not start, or is not allowed to. */
  static async open(
    command: readonly [string, ...string[]],
    { silenceMs = usualSilenceMs, gid = process.getegid?.() ?? 0 }: ConnectionOptions = {},
  ): Promise<{ connection: Connection; greeting: Greeting }> {
    const connection = new Connection(command);
    const hello = new Payload().u32(magic).u16(version).u32(silenceMs).u32(gid);
    const answer = await connection.request(verbs.hello, hello);
    if (answer.u32() !== magic || answer.u16() !== version)
      throw new Unable('the privileged helper is of another version than this program');
    connection.#heartbeat = setInterval(() => connection.#beat(), silenceMs / 4).unref();
    return { connection, greeting: { uid: answer.u32() } };
  }

  private constructor([program, ...args]: readonly [string, ...string[]]) {
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdout.on('data', (bytes: Buffer) => this.#take(bytes));
    this.#child.stderr.on('data', (bytes: Buffer) => {
      this.#complaint = (this.#complaint + bytes.toString('utf8')).slice(0, mostComplaintBytes);
    });
    // A write to a helper that has just gone: what matters is told by its end.
    this.#child.stdin.on('error', () => undefined);
    this.#ended = new Promise((resolve) => {
      this.#child.on('error', (error) => this.#end(error.message, resolve));
      this.#child.on('close', (code, signal) => this.#end(endOf(code, signal), resolve));
    });
  }

  get isOpen(): boolean {
    return this.#failure === null;
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Sends a request and waits for its answer. Throws a SystemCallError where the kernel said no, Unable where the helper
   * did, or is gone.
   */
  async request(verb: number, payload: Payload = new Payload()): Promise<Answer> {
    if (this.#failure !== null) throw this.#failure;
    const id = this.#nextId++;
    const answer = new Promise<Answer>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    this.#hold(true);
    this.#child.stdin.write(payload.frame(id, verb));
    return answer;
  }

  /** Has everything undone and the helper end. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#failure === null) await this.request(verbs.bye).catch(() => null);
    this.#hold(true);
    this.#child.stdin.end();
    await this.#ended;
  }

  #beat(): void {
    if (this.#failure === null) this.#child.stdin.write(new Payload().frame(0, verbs.alive));
  }

  #take(bytes: Buffer): void {
    for (const frame of this.#reader.push(bytes)) {
      const answer = new Answer(frame);
      const id = answer.u32();
      const pending = this.#pending.get(id);
      if (pending === undefined) continue;
      this.#pending.delete(id);
      const error = errorIn(answer);
      if (error === null) pending.resolve(answer);
      else pending.reject(error);
    }
    if (this.#pending.size === 0) this.#hold(false);
  }

  #end(how: string, resolve: () => void): void {
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    const [line = ''] = this.#complaint.split('\n').filter((text) => text.trim() !== '');
    this.#failure ??= new Unable(`the privileged helper ${line === '' ? how : `is not to be had: ${line}`}`);
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
    resolve();
  }

  /** Whether this process stays for the helper's sake. */
  #hold(wanted: boolean): void {
    const call = wanted ? 'ref' : 'unref';
    this.#child[call]();
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) {
      if (stream instanceof Socket) stream[call]();
    }
  }
}

function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `has ended with code ${code}` : `was ended by ${signal}`;
}

/** Takes the status off an answer; what stands behind it is the error's, where there is one. */
function errorIn(answer: Answer): Error | null {
  const status = answer.u8();
  if (status === statuses.done) return null;
  if (status === statuses.refused) return new Unable(`the privileged helper refuses: ${answer.text()}`);
  if (status !== statuses.failed)
    return new Error(`the privileged helper does not understand: ${answer.text()}`);
  const errno = answer.u32();
  const [code, syscall, path] = [answer.text(), answer.text(), answer.text()];
  const message = `${code}: ${syscall}${path === '' ? '' : ` '${path}'`} (privileged helper)`;
  return Object.assign(new Error(message), { errno, code, syscall, path });
}
