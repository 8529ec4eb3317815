import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plan, TargetOf } from '../../../core/experiment/plan.ts';
import { Cancelled, InputError, throwIfCancelled, Unable, type OnProgress } from '../../failure.ts';
import type { RealRun } from '../../lab/index.ts';
import type {
  Attach,
  Command,
  CommandEnd,
  CommandLine,
  Delivery,
  DriveFacts,
  GuestFacts,
  Operation,
  Reply,
  Request,
  Units,
} from '../protocol.ts';
import { GuestProcess } from './child.ts';
import type { MachineCommand } from './machine.ts';

/** How long a guest may be silent. */
export interface Patience {
  /** From the start of the machine until its program speaks. */
  readonly bootMs: number;
  /** Between two signs of life. */
  readonly silenceMs: number;
  /** For one step of a plan. */
  readonly stepMs: number;
}

export const usualPatience: Patience = { bootMs: 120_000, silenceMs: 60_000, stepMs: 600_000 };

type Answer = Extract<Reply, { kind: 'done' }>['value'];

interface Waiting {
  readonly id: number;
  readonly resolve: (value: Answer) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: OnProgress | undefined;
  readonly onNote: ((text: string) => void) | undefined;
}

/** Bytes of an image for the guest: the file itself where the guest sees it, else its parts that are not zero. */
export type ImageData = { readonly path: string } | { readonly bytes: Buffer };

/**
 * The conversation with one guest: one request at a time. Whatever ends the machine (its own panic, a time-out, the
 * caller's signal) ends the request with one clear error.
 */
export class GuestConversation {
  readonly #process: GuestProcess;
  readonly #machine: MachineCommand;
  readonly #title: string;
  readonly #folder: string;
  readonly #patience: Patience;
  readonly #hello: Promise<GuestFacts>;
  #greet: (facts: GuestFacts) => void = () => undefined;
  #waiting: Waiting | null = null;
  #failBoot: (error: unknown) => void = () => undefined;
  #end: unknown = null;
  #nextId = 1;
  #deadline: NodeJS.Timeout | null = null;
  #stepDeadline: NodeJS.Timeout | null = null;

  constructor(machine: MachineCommand, title: string, folder: string, patience: Patience) {
    this.#machine = machine;
    this.#title = title;
    this.#folder = folder;
    this.#patience = patience;
    this.#hello = new Promise((resolve, reject) => {
      this.#greet = resolve;
      this.#failBoot = reject;
    });
    this.#hello.catch(() => undefined);
    this.#expect(patience.bootMs, 'did not come up');
    this.#process = new GuestProcess(
      machine.command,
      folder,
      (reply) => this.#take(reply),
      (error) => this.#fail(error ?? this.#death('ended by itself')),
      (error) => this.stop(this.#death(`says what nobody understands (${String(error)})`)),
    );
  }

  get console(): string {
    return this.#process.console.text;
  }

  /** What the guest says of itself once it is up. Throws Unable. */
  async hello(): Promise<GuestFacts> {
    const facts = await this.#hello;
    await this.#ask('setup', { modules: this.#machine.modules });
    return facts;
  }

  async attach(request: Attach, data: ImageData | null): Promise<DriveFacts> {
    return (await this.#ask('attach', request, data)) as DriveFacts;
  }

  async run(
    plan: Plan & { target: TargetOf<'sandbox'> },
    trace: boolean,
    onProgress?: OnProgress,
  ): Promise<RealRun> {
    return (await this.#ask('run', { plan, trace }, null, onProgress)) as RealRun;
  }

  /** Makes a crash plan's writes; `onNote` gets their marks as they come. */
  async units(units: Units, onNote: (text: string) => void): Promise<void> {
    await this.#ask('units', units, null, undefined, onNote);
  }

  /** Runs a command of the command line in the guest; `onLine` gets its output. */
  async command(command: Command, onLine: (line: CommandLine) => void): Promise<CommandEnd> {
    const onNote = (text: string): void => onLine(JSON.parse(text) as CommandLine);
    return (await this.#ask('command', command, null, undefined, onNote)) as CommandEnd;
  }

  /** Ends the machine; what is under way fails with `error`. */
  stop(error: unknown): void {
    this.#fail(error);
    this.#process.kill();
  }

  /** Returns once nothing of the machine runs any more. */
  async ended(): Promise<void> {
    await this.#process.ended();
  }

  /** Powers the guest off. */
  async close(): Promise<void> {
    this.#fail(new Error('the guest is closed'));
    await this.#process.end();
  }

  async #ask(
    op: Operation,
    body: object,
    data: ImageData | null = null,
    onProgress?: OnProgress,
    onNote?: (text: string) => void,
  ): Promise<Answer> {
    if (this.#end !== null) throw this.#end;
    const id = this.#nextId++;
    const text = Buffer.from(JSON.stringify(body));
    const request: Request = {
      id,
      op,
      body: await this.#delivery(`request-${id}`, text),
      ...(data ? { data: announced(data) } : {}),
    };
    return new Promise((resolve, reject) => {
      this.#waiting = { id, resolve, reject, onProgress, onNote };
      this.#alive();
      this.#progressed();
      this.#process.write(`${JSON.stringify(request)}\n`);
      if ('bytes' in request.body) this.#process.write(text);
      if (data && 'bytes' in data) this.#process.write(data.bytes);
    });
  }

  /** A guest that sees the host's files reads them much faster than the stream. */
  async #delivery(name: string, bytes: Buffer): Promise<Delivery> {
    if (!this.#machine.seesHost) return { bytes: bytes.length };
    const file = path.join(this.#folder, name);
    await writeFile(file, bytes, { mode: 0o600 });
    return { path: file };
  }

  #take(reply: Reply): void {
    this.#alive();
    switch (reply.kind) {
      case 'hello':
        return this.#greet(reply.facts);
      case 'beat':
        return;
      case 'note':
        this.#progressed();
        return this.#waiting?.onNote?.(reply.text);
      case 'progress':
        this.#progressed();
        return this.#waiting?.onProgress?.(reply.progress);
      case 'done':
        return this.#settle()?.resolve(reply.value);
      case 'failed':
        return this.#settle()?.reject(failureOf(reply));
    }
  }

  #settle(): Waiting | null {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (this.#deadline) clearTimeout(this.#deadline);
    if (this.#stepDeadline) clearTimeout(this.#stepDeadline);
    return waiting;
  }

  /** A sign of life: while something is under way, the next has to come in time. */
  #alive(): void {
    if (this.#deadline) clearTimeout(this.#deadline);
    if (this.#waiting) this.#expect(this.#patience.silenceMs, 'fell silent');
  }

  /** Only while something is under way: the words of a guest that is sent home keep nobody waiting. */
  #progressed(): void {
    if (this.#stepDeadline) clearTimeout(this.#stepDeadline);
    if (!this.#waiting) return;
    this.#stepDeadline = setTimeout(
      () => this.#giveUp('hangs in a step', this.#patience.stepMs),
      this.#patience.stepMs,
    );
  }

  #expect(patienceMs: number, what: string): void {
    this.#deadline = setTimeout(() => this.#giveUp(what, patienceMs), patienceMs);
  }

  #giveUp(what: string, patienceMs: number): void {
    this.stop(this.#death(`${what} for ${Math.round(patienceMs / 1000)} s`));
  }

  #death(what: string): Unable {
    const said = this.#process.console.lastWord();
    const last = said === null ? 'its console said nothing' : `its console said last: ${said}`;
    return new Unable(`the sandbox (${this.#title}) ${what}; ${last}`, 'target.kernel');
  }

  #fail(error: unknown): void {
    if (this.#end !== null) return;
    this.#end = error;
    this.#failBoot(error);
    this.#settle()?.reject(error);
  }
}

function announced(data: ImageData): Delivery {
  return 'path' in data ? data : { bytes: data.bytes.length };
}

function failureOf({ exitCode, message, place }: Extract<Reply, { kind: 'failed' }>): Error {
  if (exitCode === null) return new Error(`in the guest: ${message}`);
  return exitCode === 2 ? new InputError(message, place) : new Unable(message, place);
}

/** Ends a conversation when the signal fires. Returns what takes the watch away again. */
export function endOnSignal(conversation: GuestConversation, signal: AbortSignal | undefined): () => void {
  throwIfCancelled(signal);
  const stop = (): void => conversation.stop(new Cancelled('cancelled'));
  signal?.addEventListener('abort', stop, { once: true });
  return () => signal?.removeEventListener('abort', stop);
}
