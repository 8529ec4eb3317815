import { mkdir } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import * as v from 'valibot';
import { InputError, Unable } from '../../failure.ts';
import { newNonce, sessionKey, welcomeCode } from './key.ts';
import { BadLine, LineChannel } from './line-channel.ts';
import { readWitnessLog, WitnessLog } from './log.ts';
import { helloSchema, requestSchema, type Reply, type Request } from './messages.ts';

export interface WitnessOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Where the files of the runs lie. */
  readonly folder: string;
  readonly key: Buffer;
  /** One line for a person. */
  readonly onLine?: (line: string) => void;
  /** Called with each run's number of entries once more of them are durable. */
  readonly onEntries?: (run: string, count: number) => void;
  /** How long a connection may take to show that it has the key; 10 s where it is left out. */
  readonly patienceMilliseconds?: number;
}

export interface Witness {
  readonly port: number;
  close(): Promise<void>;
}

/** At once: many more than the machines that anybody cuts. */
export const mostConnections = 64;
const entriesPerReply = 1000;

/**
 * Listens for writers that say which writes they begin and which were acknowledged, and answers once that is durable
 * here. Throws InputError, Unable.
 */
export async function startWitness(options: WitnessOptions): Promise<Witness> {
  const { host, port, folder } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const runs = new Map<string, Run>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    new Connection(socket, options, runs);
  });
  server.maxConnections = mostConnections;
  server.on('drop', (dropped) =>
    options.onLine?.(
      `${dropped?.remoteAddress ?? 'somebody'}: turned away: ${mostConnections} connections are open`,
    ),
  );
  await listening(server, host, port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      for (const run of runs.values()) await run.end();
    },
  };
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new Unable(`cannot listen on ${host}:${port}: ${error.code ?? ''}`, '--listen', { cause: error }),
      ),
    );
    server.listen(port, host, () => resolve());
  });
}

/** A run that has a writer: only the latest connection may note, and one note at a time is written. */
class Run {
  readonly log: WitnessLog;
  writer: Connection | null = null;
  #work: Promise<unknown> = Promise.resolve();

  constructor(log: WitnessLog) {
    this.log = log;
  }

  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => undefined);
    return done;
  }

  async end(): Promise<void> {
    await this.inTurn(() => this.log.close());
  }
}

class Connection {
  readonly #options: WitnessOptions;
  readonly #runs: Map<string, Run>;
  readonly #channel: LineChannel;
  readonly #peer: string;
  #name = '';
  #role: 'writer' | 'reader' = 'reader';
  #run: Run | null = null;
  #work: Promise<void> = Promise.resolve();

  constructor(socket: Socket, options: WitnessOptions, runs: Map<string, Run>) {
    this.#options = options;
    this.#runs = runs;
    this.#peer = socket.remoteAddress ?? 'somebody';
    const { patienceMilliseconds = 10_000 } = options;
    const patience = setTimeout(() => socket.destroy(new BadLine('nothing was said')), patienceMilliseconds);
    this.#channel = new LineChannel(socket, 'server', (error) => {
      clearTimeout(patience);
      this.#ended(error);
    });
    this.#channel.listen((line) => {
      this.#welcome(line);
      // Whoever has not the key never gets past his first sealed line.
      this.#channel.listen((text) => {
        clearTimeout(patience);
        this.#take(v.parse(requestSchema, JSON.parse(text)));
      });
    });
  }

  destroy(): void {
    this.#channel.destroy();
  }

  #welcome(line: string): void {
    const { role, run, nonce: clientNonce } = v.parse(helloSchema, JSON.parse(line));
    const handshake = { role, run, clientNonce, serverNonce: newNonce() };
    const { key } = this.#options;
    this.#role = role;
    this.#name = run;
    this.#channel.send({ welcome: 1, nonce: handshake.serverNonce, code: welcomeCode(key, handshake) });
    this.#channel.seal(sessionKey(key, handshake));
  }

  #take(request: Request): void {
    this.#work = this.#work
      .then(() => this.#answer(request))
      .catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        this.#say(`refused: ${why}`);
        this.#reply({ type: 'refused', why });
        this.#channel.end();
      });
  }

  async #answer(request: Request): Promise<void> {
    if (request.type === 'fetch') return this.#tell();
    if (this.#role !== 'writer') throw new InputError('a reader notes nothing');
    if (request.type === 'arm') {
      const run = await this.#runOf(request.armed);
      run.writer?.destroy();
      run.writer = this;
      this.#run = run;
      this.#say(`armed: ${request.armed.target}, ${run.log.count} entries so far`);
      return this.#reply({ type: 'noted', count: run.log.count });
    }
    const run = this.#run;
    if (run?.writer !== this)
      throw new InputError('another writer has taken the run over, or none was armed');
    await run.inTurn(() => run.log.append(request.first, request.entries));
    this.#options.onEntries?.(this.#name, run.log.count);
    this.#reply({ type: 'noted', count: run.log.count });
  }

  async #runOf(armed: Extract<Request, { type: 'arm' }>['armed']): Promise<Run> {
    const known = this.#runs.get(this.#name);
    if (known) return known;
    const run = new Run(await WitnessLog.open(this.#options.folder, this.#name, armed));
    this.#runs.set(this.#name, run);
    return run;
  }

  /** Everything that is on disk about the run. */
  async #tell(): Promise<void> {
    const { armed, entries } = await readWitnessLog(WitnessLog.nameOf(this.#options.folder, this.#name));
    this.#reply({ type: 'armed', armed });
    for (let first = 0; first < entries.length; first += entriesPerReply)
      this.#reply({ type: 'entries', entries: entries.slice(first, first + entriesPerReply) });
    this.#reply({ type: 'done', count: entries.length });
    this.#say(`told a reader ${entries.length} entries`);
  }

  #reply(reply: Reply): void {
    this.#channel.send(reply);
  }

  #ended(error: Error | null): void {
    if (this.#run?.writer === this) this.#run.writer = null;
    if (this.#name !== '' && this.#role === 'writer')
      this.#say(
        `the writer is gone${error ? ` (${error.message})` : ''}: ${this.#run?.log.count ?? 0} entries are here`,
      );
    else if (error instanceof BadLine) this.#say(`turned away: ${error.message}`);
  }

  #say(text: string): void {
    this.#options.onLine?.(`${this.#peer}${this.#name === '' ? '' : `, run ${this.#name}`}: ${text}`);
  }
}
