import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import {
  keptRecordSchema,
  recordIdSchema,
  summariseRecord,
  summaryHas,
  summarySchema,
  type KeptRecord,
  type RunRecord,
  type RunSummary,
  type TornRunRecord,
} from '../../core/record/index.ts';
import { InputError, Unable } from '../failure.ts';
import { userFolder } from '../state/index.ts';

/**
 * The history of runs: one file for each in the user's data folder, the summary in its first line and the record in its
 * second, so that a list of thousands reads little. A file appears whole or not at all, and is never changed.
 */
export interface RunStore {
  /** Newest first; `words` must all occur in a summary. Files that are no runs are counted, not hidden. */
  list(words: string): Promise<{ readonly runs: readonly RunSummary[]; readonly unreadable: number }>;
  /** Throws InputError where there is no such run, or where its file is damaged. */
  get(id: string): Promise<KeptRecord>;
  /** Keeps a run under an id of its own. */
  add(run: NewRun): Promise<RunRecord>;
  addTorn(run: NewTornRun): Promise<TornRunRecord>;
  /** Keeps a record as it is, made here or elsewhere; one with the same id must be the same. */
  bring(text: string): Promise<KeptRecord>;
  remove(id: string): Promise<void>;
}

export type NewRun = Omit<RunRecord, 'format' | 'version' | 'id'>;
export type NewTornRun = Omit<TornRunRecord, 'format' | 'version' | 'id'>;

const suffix = '.run';
/** A summary is far shorter; what has no end of line by then is none of ours. */
const summaryBytesMax = 64 * 1024;

/** Where runs are kept: `untorn/runs` in the user's data folder (XDG base directory specification). */
export function runsFolder(): string {
  return join(userFolder('XDG_DATA_HOME', '.local', 'share'), 'untorn', 'runs');
}

export function openRunStore(folder: string): RunStore {
  const pathOf = (id: string) => {
    if (!v.is(recordIdSchema, id)) throw new InputError(`${JSON.stringify(id)} is not the name of a run`, id);
    return join(folder, `${id}${suffix}`);
  };

  async function keep<Kept extends KeptRecord>(record: Kept): Promise<Kept> {
    const text = `${JSON.stringify(summariseRecord(record))}\n${JSON.stringify(record)}\n`;
    try {
      await mkdir(folder, { recursive: true });
      await writeWhole(folder, pathOf(record.id), text);
    } catch (error) {
      throw new Unable(`the run cannot be kept in ${folder}: ${reasonOf(error)}`, folder, { cause: error });
    }
    return record;
  }

  async function get(id: string): Promise<KeptRecord> {
    const text = await readFile(pathOf(id), 'utf8').catch((error: unknown) => {
      throw new InputError(`there is no run ${id} (${reasonOf(error)})`, id, { cause: error });
    });
    return parseRecord(text.slice(text.indexOf('\n') + 1), `the run ${id}`);
  }

  return {
    async list(words) {
      const names = (await filesOf(folder)).sort().reverse();
      const summaries = await eachOf(names, (name) => readSummary(join(folder, name)));
      // Names tell the second only. Moments in ISO 8601 are in order as texts are.
      const runs = summaries
        .filter((summary) => summary !== null)
        .sort((one, other) => (one.began < other.began ? 1 : one.began > other.began ? -1 : 0));
      const wanted = words.trim() === '' ? runs : runs.filter((summary) => summaryHas(summary, words));
      return { runs: wanted, unreadable: summaries.length - runs.length };
    },
    get,
    add: (run) => keep({ format: 'untorn-run', version: 1, id: newId(run.began), ...run }),
    addTorn: (run) => keep({ format: 'untorn-run', version: 2, id: newId(run.began), ...run }),
    async bring(text) {
      const record = parseRecord(text, 'what is to be brought in');
      const known = await get(record.id).catch(() => null);
      if (!known) return keep(record);
      if (JSON.stringify(known) === JSON.stringify(record)) return known;
      throw new InputError(`there is another run ${record.id} here already`, record.id);
    },
    async remove(id) {
      await rm(pathOf(id)).catch((error: unknown) => {
        throw new InputError(`there is no run ${id} (${reasonOf(error)})`, id, { cause: error });
      });
    },
  };
}

async function filesOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(suffix));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Unable(`the runs in ${folder} cannot be listed: ${reasonOf(error)}`, folder, { cause: error });
  }
}

/** After a power cut there is the whole file under its name, or none: its bytes reach the disk before its name does. */
async function writeWhole(folder: string, path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.draft`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Files that are open at the same time: a history may have more than a process may open. */
const openMost = 16;

async function eachOf<T>(names: readonly string[], work: (name: string) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  for (let at = 0; at < names.length; at += openMost)
    done.push(...(await Promise.all(names.slice(at, at + openMost).map(work))));
  return done;
}

async function readSummary(path: string): Promise<RunSummary | null> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(summaryBytesMax), 0, summaryBytesMax, 0);
      const end = buffer.subarray(0, bytesRead).indexOf('\n');
      if (end < 0) return null;
      const parsed = v.safeParse(summarySchema, JSON.parse(buffer.toString('utf8', 0, end)));
      return parsed.success ? parsed.output : null;
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

function parseRecord(text: string, what: string): KeptRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${what} is not JSON: ${reasonOf(error)}`, null, { cause: error });
  }
  const parsed = v.safeParse(keptRecordSchema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new InputError(`${what}: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`, v.getDotPath(issue));
}

/** The moment it began, and something random, since two may begin in one second. */
function newId(began: string): string {
  const moment = began.replace(/[-:]/g, '').replace(/\.\d+/, '');
  return `${moment}-${randomBytes(3).toString('hex')}`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
