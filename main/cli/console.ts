import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { throwIfCancelled, type OnProgress, type Progress } from '../failure.ts';
import { paintFor, type Paint } from './style.ts';
import { printable } from './table.ts';

/** Where a command speaks: results on standard output, everything else on standard error. */
export interface Console {
  /** Paints for standard output. */
  readonly paint: Paint;
  /** One line of result for a person. */
  print(line?: string): void;
  /** The one JSON object of --json. */
  printJson(value: unknown): void;
  /** One line beside the result. */
  say(line: string): void;
  /** Shows progress where somebody is watching. */
  readonly onProgress: OnProgress;
  /** Ends the line of progress. */
  endProgress(): void;
  /** Asks on a terminal; false where there is none, and at its end of input. Throws Cancelled once `signal` has fired. */
  confirm(question: string, signal: AbortSignal): Promise<boolean>;
}

export function processConsole(): Console {
  const { stdout, stderr, stdin } = process;
  const line = new ProgressLine(stderr);
  return {
    paint: paintFor(stdout),
    print: (text = '') => void stdout.write(`${text}\n`),
    printJson: (value) => void stdout.write(`${JSON.stringify(value)}\n`),
    say: (text) => {
      line.end();
      // Names of files and processes are in it, which may hold what a terminal obeys.
      stderr.write(`${text.split('\n').map(printable).join('\n')}\n`);
    },
    onProgress: (progress) => line.show(progress),
    endProgress: () => line.end(),
    async confirm(text, signal) {
      if (!stdin.isTTY || !stderr.isTTY) return false;
      const prompt = createInterface({ input: stdin, output: stderr });
      // While readline asks, the terminal gives Ctrl-C as a key: here it becomes the signal that it is everywhere else.
      prompt.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
      // Where the terminal has come to its end, some versions of Node reject the question, and others leave it open for ever.
      const ended = once(prompt, 'close').then(() => null);
      try {
        const question = prompt.question(`${text} [y/N] `, { signal }).catch(() => null);
        const answer = await Promise.race([question, ended]);
        throwIfCancelled(signal);
        if (answer === null) stderr.write('\n');
        return /^y(es)?$/i.test(answer?.trim() ?? '');
      } finally {
        prompt.close();
      }
    },
  };
}

/** One line on a terminal that is written over and over; nothing where standard error goes elsewhere. */
class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  #isShown = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show({ phase, done, total }: Progress): void {
    if (!this.#stream.isTTY) return;
    const part = done === undefined ? '' : total === undefined ? ` ${done}` : ` ${done}/${total}`;
    this.#stream.write(`\r\u001b[K${phase}${part}`);
    this.#isShown = true;
  }

  end(): void {
    if (this.#isShown) this.#stream.write('\r\u001b[K');
    this.#isShown = false;
  }
}
