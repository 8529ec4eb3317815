import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { settingsSchema } from '../../../core/torn/wire/index.ts';
import { Unable } from '../../failure.ts';
import { jsonOf } from '../json.ts';
import { bootId } from '../passes.ts';
import { stateFolder } from '../record.ts';

const runSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));

const noteSchema = v.strictObject({
  format: v.literal(1),
  run: runSchema,
  /** The target, as a person knows it: with a drive's model and serial number. */
  title: v.string(),
  /** `HOST:PORT` of the witness, and the file with the key. */
  witness: v.string(),
  key: v.string(),
  /** ISO 8601. */
  began: v.string(),
  bootId: v.string(),
  settings: settingsSchema,
});

/** What is needed to verify a run after the power was cut, written before its first write. */
export type ArmedNote = v.InferOutput<typeof noteSchema>;

const suffix = '.json';

function folderOf(): string {
  return path.join(stateFolder(), 'armed');
}

/** Writes a note, durable before this returns: the machine is about to lose its power. Throws Unable. */
export async function noteArmed(note: Omit<ArmedNote, 'format' | 'began' | 'bootId'>): Promise<void> {
  const folder = folderOf();
  const name = path.join(folder, `${note.run}${suffix}`);
  const whole: ArmedNote = { format: 1, ...note, began: new Date().toISOString(), bootId: bootId() };
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeDurably(`${name}.new`, `${JSON.stringify(whole)}\n`);
    await rename(`${name}.new`, name);
    const directory = await open(folder, 'r');
    await directory.sync().finally(() => directory.close());
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Unable(`${name} cannot be written: ${code ?? ''}`, name, { cause: error });
  }
}

async function writeDurably(name: string, text: string): Promise<void> {
  const file = await open(name, 'w', 0o600);
  try {
    await file.appendFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Runs that were armed on this machine and not ended otherwise than by a cut, newest first; what is no note is passed over. */
export async function armedNotes(): Promise<(ArmedNote & { readonly rebooted: boolean })[]> {
  const folder = folderOf();
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(
    names.filter((name) => name.endsWith(suffix)).map((name) => readFile(path.join(folder, name), 'utf8')),
  );
  const here = bootId();
  return texts
    .flatMap((text) => {
      const read = v.safeParse(noteSchema, jsonOf(text));
      return read.success ? [{ ...read.output, rebooted: read.output.bootId !== here }] : [];
    })
    .sort((one, other) => other.began.localeCompare(one.began));
}

/** Forgets a note, if there is one. */
export async function forgetArmed(run: string): Promise<void> {
  if (v.is(runSchema, run)) await rm(path.join(folderOf(), `${run}${suffix}`), { force: true });
}
