import { open, readFile, truncate, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { InputError } from '../../failure.ts';
import { armedSchema, entrySchema, type Armed, type Entry } from './messages.ts';

const headSchema = v.strictObject({ witness: v.literal(1), run: v.string(), armed: armedSchema });

/** What a witness has on disk about a run. */
export interface WitnessedRun {
  readonly armed: Armed;
  readonly entries: readonly Entry[];
}

/**
 * The witness's file of one run: whole lines, appended, durable before anybody is told so. What was being appended when
 * the witness itself was killed is cut off again.
 */
export class WitnessLog {
  readonly #file: FileHandle;
  #count: number;

  private constructor(file: FileHandle, count: number) {
    this.#file = file;
    this.#count = count;
  }

  static nameOf(folder: string, run: string): string {
    return path.join(folder, `${run}.jsonl`);
  }

  /** Opens the file of a run, or makes it. Throws InputError where the run is known as a different one. */
  static async open(folder: string, run: string, armed: Armed): Promise<WitnessLog> {
    const name = WitnessLog.nameOf(folder, run);
    const known = await readFile(name, 'utf8').catch(() => null);
    if (known === null || !known.includes('\n')) {
      const file = await open(name, 'w', 0o600);
      await file.appendFile(`${JSON.stringify({ witness: 1, run, armed })}\n`);
      await file.sync();
      return new WitnessLog(file, 0);
    }
    const { armed: before, entries } = parseLog(known, name);
    if (JSON.stringify(before) !== JSON.stringify(armed))
      throw new InputError(`run ${run} is known with other settings`, name);
    await truncate(name, Buffer.byteLength(known.slice(0, known.lastIndexOf('\n') + 1)));
    return new WitnessLog(await open(name, 'a'), entries.length);
  }

  /** Entries that are durable. */
  get count(): number {
    return this.#count;
  }

  /** Appends those of `entries`, the first of which has the number `first`, that are not there yet. */
  async append(first: number, entries: readonly Entry[]): Promise<void> {
    if (first > this.#count) throw new InputError(`entries ${this.#count} to ${first - 1} were left out`);
    const fresh = entries.slice(this.#count - first);
    if (fresh.length === 0) return;
    await this.#file.appendFile(fresh.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    await this.#file.datasync();
    this.#count += fresh.length;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Reads a witness's file. Throws InputError. */
export async function readWitnessLog(name: string): Promise<WitnessedRun & { readonly run: string }> {
  const text = await readFile(name, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${name}: cannot be read: ${error.code ?? ''}`, name, { cause: error });
  });
  return parseLog(text, name);
}

function parseLog(text: string, name: string): WitnessedRun & { readonly run: string } {
  // The last piece is empty, or was being written.
  const [head, ...lines] = text.split('\n').slice(0, -1);
  try {
    const { run, armed } = v.parse(headSchema, JSON.parse(head ?? ''));
    return { run, armed, entries: lines.map((line) => v.parse(entrySchema, JSON.parse(line))) };
  } catch (error) {
    throw new InputError(`${name} is no file of a witness, or is damaged`, name, { cause: error });
  }
}
