import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import type { StormSettings } from '../../core/torn/index.ts';
import { settingsSchema } from '../../core/torn/wire/index.ts';
import { InputError, Unable } from '../failure.ts';
import { jsonOf } from './json.ts';
import { runText } from './random.ts';

const recordName = 'run.jsonl';
const journalName = 'journal.bin';

const beginSchema = v.object({
  type: v.literal('begin'),
  format: v.literal(1),
  run: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  bootId: v.string(),
  settings: settingsSchema,
});

/** What a record says of its run before anything was written. */
export interface RecordedRun {
  readonly run: bigint;
  readonly settings: StormSettings;
  /** The boot in which it was made: after another one, what was not durable may be gone. */
  readonly bootId: string;
  readonly journal: string;
}

/**
 * The record of a run on disk: a folder with `run.jsonl`, to which whole lines are appended, each durable before the
 * next, and the journal of its writes. A run that was killed can be verified from it.
 */
export class TornRecord {
  readonly folder: string;
  readonly #file: FileHandle;

  private constructor(folder: string, file: FileHandle) {
    this.folder = folder;
    this.#file = file;
  }

  /** Makes the folder; `folder` null: one of the user's own state directory (XDG base directory specification). */
  static async create(folder: string | null, run: bigint): Promise<TornRecord> {
    const chosen = folder ?? path.join(stateFolder(), runText(run));
    try {
      await mkdir(chosen, { recursive: true, mode: 0o700 });
      const file = await open(path.join(chosen, recordName), 'ax', 0o600);
      return new TornRecord(path.resolve(chosen), file);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST')
        throw new InputError(`--record: ${chosen} holds the record of another run`, '--record');
      throw new Unable(`no record can be made in ${chosen}: ${code ?? ''}`, '--record', { cause: error });
    }
  }

  get journal(): string {
    return path.join(this.folder, journalName);
  }

  /** Appends the line from which the run can be verified. */
  async begin(run: bigint, settings: StormSettings, bootId: string): Promise<void> {
    await this.append({ type: 'begin', format: 1, run: runText(run), bootId, settings });
  }

  async append(line: object): Promise<void> {
    await this.#file.appendFile(`${JSON.stringify(line)}\n`);
    await this.#file.datasync();
  }

  /** Forgets the journal, which nobody needs once everything was found as it should be. */
  async dropJournal(): Promise<void> {
    await rm(this.journal, { force: true });
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Reads the beginning of a record. Throws InputError where the folder holds none. */
export async function readRecord(folder: string): Promise<RecordedRun> {
  const name = path.join(folder, recordName);
  let line: string;
  try {
    const file = await open(name, 'r');
    try {
      line = (await file.readFile('utf8')).split('\n', 1)[0] ?? '';
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(`--record: ${name} cannot be read: ${code ?? ''}`, '--record', { cause: error });
  }
  const parsed = v.safeParse(beginSchema, jsonOf(line));
  if (!parsed.success) throw new InputError(`--record: ${name} is no record of a torn run`, '--record');
  const { run, settings, bootId } = parsed.output;
  return { run: BigInt(`0x${run}`), settings, bootId, journal: path.join(folder, journalName) };
}

/** Where torn runs are kept that were given no folder (XDG base directory specification). */
export function stateFolder(): string {
  const base = process.env['XDG_STATE_HOME'] ?? path.join(os.homedir(), '.local', 'state');
  return path.join(base, 'untorn', 'torn');
}
