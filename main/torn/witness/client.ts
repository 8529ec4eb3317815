import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { InputError, throwIfCancelled, Unable } from '../../failure.ts';
import { newNonce, sameCode, sessionKey, welcomeCode } from './key.ts';
import { LineChannel } from './line-channel.ts';
import type { WitnessedRun } from './log.ts';
import { replySchema, welcomeSchema, type Armed, type Entry, type Reply, type Request } from './messages.ts';

/** Where a witness listens, and what is shared with it. */
export interface WitnessPlace {
  readonly host: string;
  readonly port: number;
  readonly key: Buffer;
}

const patienceMilliseconds = 10_000;
const pauseMilliseconds = 500;

/** `HOST:PORT` or `[IPV6]:PORT`. Throws InputError. */
export function witnessAddress(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || port > 65535) throw new InputError(`${text} is no HOST:PORT`, '--witness');
  return { host, port };
}

/** One connection whose other end has shown that it has the key. */
class Link {
  readonly #channel: LineChannel;
  readonly #replies: Reply[] = [];
  #waiting: { resolve(reply: Reply): void; reject(error: Error): void } | null = null;
  #end: Error | null = null;

  private constructor(channel: LineChannel) {
    this.#channel = channel;
  }

  static async open(
    { host, port, key }: WitnessPlace,
    role: 'writer' | 'reader',
    run: string,
  ): Promise<Link> {
    const socket = connect({ host, port });
    const clientNonce = newNonce();
    return new Promise((resolve, reject) => {
      const away = (why: string, cause?: Error | null): Unable =>
        new Unable(`the witness at ${host}:${port} ${why}`, '--witness', cause ? { cause } : {});
      const patience = setTimeout(() => socket.destroy(new Error('it says nothing')), patienceMilliseconds);
      let link: Link | null = null;
      const channel = new LineChannel(socket, 'client', (error) => {
        clearTimeout(patience);
        const gone = away(error ? `is not there: ${error.message}` : 'ended the connection', error);
        reject(gone);
        link?.ended(gone);
      });
      channel.listen((line) => {
        clearTimeout(patience);
        const { nonce: serverNonce, code } = v.parse(welcomeSchema, JSON.parse(line));
        const handshake = { role, run, clientNonce, serverNonce };
        if (!sameCode(code, welcomeCode(key, handshake))) {
          reject(new InputError(`the witness at ${host}:${port} has another key`, '--key'));
          return channel.destroy();
        }
        channel.seal(sessionKey(key, handshake));
        link = new Link(channel);
        channel.listen((text) => link?.take(v.parse(replySchema, JSON.parse(text))));
        resolve(link);
      });
      channel.send({ hello: 1, role, run, nonce: clientNonce });
    });
  }

  send(request: Request): void {
    this.#channel.send(request);
  }

  /** The next reply. Throws Unable where the connection ends before, InputError where the witness refuses. */
  async next(): Promise<Exclude<Reply, { type: 'refused' }>> {
    const reply = await (this.#replies.length > 0 || this.#end ? this.#ready() : this.#comes());
    if (reply.type === 'refused') throw new InputError(`the witness refuses: ${reply.why}`, '--witness');
    return reply;
  }

  close(): void {
    this.#channel.end();
  }

  take(reply: Reply): void {
    if (this.#waiting) this.#waiting.resolve(reply);
    else this.#replies.push(reply);
    this.#waiting = null;
  }

  ended(error: Error): void {
    this.#end = error;
    this.#waiting?.reject(error);
    this.#waiting = null;
  }

  #ready(): Promise<Reply> {
    const reply = this.#replies.shift();
    return reply ? Promise.resolve(reply) : Promise.reject(this.#end ?? new Error('the connection ended'));
  }

  #comes(): Promise<Reply> {
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }
}

/**
 * The writer's side: {@link note} returns once the witness has the entries on its disk. What several callers note at the
 * same time goes in one line. A connection that breaks is made anew, and goes on where the witness stopped hearing.
 */
export class WitnessClient {
  readonly #place: WitnessPlace;
  readonly #run: string;
  readonly #armed: Armed;
  readonly #signal: AbortSignal | undefined;
  readonly #onBreak: (why: string) => void;
  #link: Link | null = null;
  /** Entries that the witness has not confirmed; the first has the number `#confirmed`. */
  #open: Entry[] = [];
  #confirmed = 0;
  #away = '';
  #sending: Promise<void> | null = null;

  constructor(
    place: WitnessPlace,
    run: string,
    armed: Armed,
    {
      signal,
      onBreak = () => undefined,
    }: { signal?: AbortSignal | undefined; onBreak?: (why: string) => void } = {},
  ) {
    this.#place = place;
    this.#run = run;
    this.#armed = armed;
    this.#signal = signal;
    this.#onBreak = onBreak;
  }

  /** Entries that the witness has on its disk. */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** Why the witness cannot be reached now, or an empty text. */
  get away(): string {
    return this.#away;
  }

  /** Connects for the first time. Throws Unable, InputError. */
  async open(): Promise<void> {
    await this.#connect();
  }

  /** Throws InputError where the witness refuses, Cancelled where the signal fires while it is away. */
  async note(entries: readonly Entry[]): Promise<void> {
    this.#open.push(...entries);
    const end = this.#confirmed + this.#open.length;
    while (this.#confirmed < end)
      await (this.#sending ??= this.#send().finally(() => (this.#sending = null)));
  }

  close(): void {
    this.#link?.close();
  }

  /** Sends what is open, as often as it takes. */
  async #send(): Promise<void> {
    for (;;) {
      try {
        const link = this.#link ?? (await this.#connect());
        if (this.#open.length === 0) return;
        link.send({ type: 'note', first: this.#confirmed, entries: this.#open });
        return this.#confirm(await link.next());
      } catch (error) {
        if (!(error instanceof Unable)) throw error;
        this.#link = null;
        this.#away = error.message;
        this.#onBreak(error.message);
        throwIfCancelled(this.#signal);
        await sleep(pauseMilliseconds);
        throwIfCancelled(this.#signal);
      }
    }
  }

  async #connect(): Promise<Link> {
    const link = await Link.open(this.#place, 'writer', this.#run);
    link.send({ type: 'arm', armed: this.#armed });
    this.#confirm(await link.next());
    this.#link = link;
    this.#away = '';
    return link;
  }

  #confirm(reply: Reply): void {
    if (reply.type !== 'noted' || reply.count < this.#confirmed)
      throw new InputError('the witness has lost entries that it had confirmed', '--witness');
    this.#open = this.#open.slice(reply.count - this.#confirmed);
    this.#confirmed = reply.count;
  }
}

/** Fetches all that a witness knows of a run. Throws Unable, InputError. */
export async function fetchRun(place: WitnessPlace, run: string): Promise<WitnessedRun> {
  const link = await Link.open(place, 'reader', run);
  try {
    link.send({ type: 'fetch' });
    let armed: Armed | null = null;
    const entries: Entry[] = [];
    for (;;) {
      const reply = await link.next();
      if (reply.type === 'armed') armed = reply.armed;
      else if (reply.type === 'entries') entries.push(...reply.entries);
      else if (reply.type === 'done' && armed !== null && reply.count === entries.length)
        return { armed, entries };
      else throw new InputError('the witness answers out of turn', '--witness');
    }
  } finally {
    link.close();
  }
}
