import { spawn, type ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { assertExists } from '../../../core/assert.ts';
import { Unable } from '../../failure.ts';
import type { Reply } from '../protocol.ts';
import { ConsoleTail } from './console.ts';

/** How long an orderly power-off may take. */
const farewellMs = 3000;
/** Longer lines are nobody's of ours. */
const longestLine = 2 ** 28;

/** The process of a guest's machine, with its console and the stream to the program in it. */
export class GuestProcess {
  readonly console = new ConsoleTail();
  readonly #child: ChildProcess;
  readonly #stream: Duplex;
  readonly #ended: Promise<void>;
  /** Pieces of a line that has not ended yet. */
  #rest: string[] = [];
  #restLength = 0;
  #isEnded = false;
  /** The machine's process group, for as long as its number cannot be another's. */
  #group: number | null;

  /**
   * `onReply` gets what the guest says, `onEnd` why the machine ended (null where it could be started at all), `onNonsense` the
   * error where nobody can do anything with what it says.
   */
  constructor(
    [program, ...args]: readonly [string, ...string[]],
    folder: string,
    onReply: (reply: Reply) => void,
    onEnd: (error: Error | null) => void,
    onNonsense: (error: unknown) => void,
  ) {
    this.#child = spawn(program, args, {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    this.#group = this.#child.pid ?? null;
    const { stdout, stderr, stdio } = this.#child;
    stdout?.on('data', (chunk: Buffer) => this.console.add(chunk));
    stderr?.on('data', (chunk: Buffer) => this.console.add(chunk));
    this.#stream = assertExists(stdio[3], 'the stream to the guest') as Duplex;
    // What a dying machine did not take is of no interest; its end is told apart.
    this.#stream.on('error', () => undefined);
    this.#stream.setEncoding('utf8');
    this.#stream.on('data', (text: string) => {
      try {
        this.#take(text, onReply);
      } catch (error) {
        onNonsense(error);
      }
    });
    this.#ended = new Promise((resolve) => {
      const end = (error: Error | null): void => {
        if (this.#isEnded) return;
        this.#isEnded = true;
        onEnd(error);
        resolve();
      };
      // What it has started goes with it, now: once nobody of the group is left, its number may become another's.
      this.#child.once('exit', () => {
        this.#killGroup();
        this.#group = null;
      });
      this.#child.once('error', (error) => end(startFailure(program, error)));
      this.#child.once('close', () => end(null));
    });
  }

  write(bytes: Buffer | string): void {
    this.#stream.write(bytes);
  }

  /** Lets the guest power off; what does not end in time is killed, with everything that it started. */
  async end(): Promise<void> {
    this.#stream.end();
    const timer = setTimeout(() => this.kill(), farewellMs);
    await this.#ended;
    clearTimeout(timer);
    this.#stream.destroy();
  }

  /** Kills the machine's process group. */
  kill(): void {
    this.#killGroup();
    this.#stream.destroy();
  }

  #killGroup(): void {
    if (this.#group === null) return;
    try {
      process.kill(-this.#group, 'SIGKILL');
    } catch {
      // Nobody of it is left.
    }
  }

  async ended(): Promise<void> {
    await this.#ended;
  }

  #take(text: string, onReply: (reply: Reply) => void): void {
    const lines = text.split('\n');
    const rest = lines.pop() ?? '';
    for (const end of lines) {
      const line = this.#rest.join('') + end;
      this.#rest = [];
      this.#restLength = 0;
      if (line.trim() !== '') onReply(JSON.parse(line) as Reply);
    }
    this.#rest.push(rest);
    this.#restLength += rest.length;
    if (this.#restLength > longestLine) throw new Error('a line has no end');
  }
}

function startFailure(program: string, error: NodeJS.ErrnoException): Error {
  return new Unable(
    `a sandbox is started through ${program}, which is missing (Debian: apt-get install util-linux)`,
    program,
    {
      cause: error,
    },
  );
}
