/**
 * Private folders in the temp directory, and the record inside each that says whose it is: what a killed process
 * leaves behind can be told from what a living one still uses, and from what is not ours at all.
 */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
  renameSync,
} from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { Unable } from '../failure.ts';
import { loopDevicesOver, mountPointsIn } from './in-folder.ts';
import { isAlive, thisProcess } from './process.ts';
import { instancesOf, remainingInstances } from './trace/tracefs.ts';

const folderPrefix = 'untorn-';
const recordName = 'untorn-lab.json';

const recordSchema = v.strictObject({
  format: v.literal(1),
  /** Also the name of the pointer in the runtime folder. */
  token: v.pipe(v.string(), v.regex(/^untorn-[A-Za-z0-9]+$/)),
  owner: v.strictObject({
    pid: v.number(),
    startTicks: v.string(),
    bootId: v.string(),
    pidNamespace: v.optional(v.string()),
  }),
  /** A directory made on a filesystem of the user's. The inode is null until it has been made. */
  directory: v.nullable(
    v.strictObject({ path: v.string(), device: v.string(), inode: v.nullable(v.string()) }),
  ),
});

export type FolderRecord = v.InferOutput<typeof recordSchema>;

export interface WorkFolder {
  readonly path: string;
  /** Names whatever else of ours cannot lie in the folder. */
  readonly token: string;
  /** Notes a directory outside of the folder that has to be removed too; null when it is gone. */
  noteDirectory(directory: FolderRecord['directory']): void;
  /**
   * Removes the folder with all that lies in it; where that is still mounted, attached or traced, it stays to be found later.
   */
  remove(): Promise<void>;
}

/** Makes a folder (mode 0700) in the temp directory that {@link foldersOfTheDead} finds if this process dies. Throws Unable. */
export async function makeWorkFolder(): Promise<WorkFolder> {
  const folder = await makeFolder();
  let record: FolderRecord = {
    format: 1,
    token: path.basename(folder),
    owner: thisProcess(),
    directory: null,
  };
  writeRecord(folder, record);
  const pointer = writePointer(record.token, folder);
  return {
    path: folder,
    token: record.token,
    noteDirectory(directory) {
      record = { ...record, directory };
      writeRecord(folder, record);
    },
    async remove() {
      if (mountPointsIn(folder).length > 0 || loopDevicesOver(folder).length > 0) return;
      if (remainingInstances(instancesOf(record.token)).length > 0) return;
      await rm(folder, { recursive: true, force: true });
      if (pointer !== null) rmSync(pointer, { force: true });
    },
  };
}

async function makeFolder(): Promise<string> {
  const temporary = os.tmpdir();
  try {
    // Without links: the kernel shows where images lie without them, and the helper follows none.
    return await mkdtemp(path.join(await realpath(temporary), folderPrefix));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Unable(`no folder can be made in ${temporary} (${code}): TMPDIR names another`, 'TMPDIR', {
      cause: error,
    });
  }
}

export interface DeadFolder {
  readonly path: string;
  readonly record: FolderRecord;
}

/** Folders of this user's whose process is gone. */
export function foldersOfTheDead(): DeadFolder[] {
  const candidates = new Set([...pointedFolders(), ...temporaryFolders()]);
  return [...candidates].sort().flatMap((folder) => {
    const record = readRecord(folder);
    return record && !isAlive(record.owner) ? [{ path: folder, record }] : [];
  });
}

/** Removes a dead folder and its pointer. */
export async function removeDeadFolder(folder: DeadFolder): Promise<void> {
  await rm(folder.path, { recursive: true, force: true });
  const pointers = runtimeFolder();
  if (pointers !== null) rmSync(path.join(pointers, folder.record.token), { force: true });
}

function writeRecord(folder: string, record: FolderRecord): void {
  const file = path.join(folder, recordName);
  writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The record of a folder, unless it is somebody else's, damaged or missing. */
function readRecord(folder: string): FolderRecord | null {
  try {
    if (!isOurs(folder, 'directory') || !isOurs(path.join(folder, recordName), 'file')) return null;
    const parsed = v.safeParse(recordSchema, JSON.parse(readFileSync(path.join(folder, recordName), 'utf8')));
    return parsed.success && parsed.output.token === path.basename(folder) ? parsed.output : null;
  } catch {
    return null;
  }
}

/** Anybody can make names in the temp directory: only what belongs to us and nobody else can write counts. */
function isOurs(name: string, kind: 'directory' | 'file'): boolean {
  const facts = lstatSync(name);
  const fits = kind === 'directory' ? facts.isDirectory() : facts.isFile();
  return fits && facts.uid === process.geteuid?.() && (facts.mode & 0o022) === 0;
}

/** Without links, as the kernel names what is mounted in them. */
function temporaryFolders(): string[] {
  try {
    const temporary = realpathSync(os.tmpdir());
    return readdirSync(temporary)
      .filter((name) => name.startsWith(folderPrefix))
      .map((name) => path.join(temporary, name));
  } catch {
    return [];
  }
}

/** Pointers lead to folders that were made under another TMPDIR. */
function pointedFolders(): string[] {
  const folder = runtimeFolder();
  if (folder === null) return [];
  return readdirSync(folder).flatMap((name) => textOf(path.join(folder, name)) ?? []);
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function writePointer(token: string, folder: string): string | null {
  const pointers = runtimeFolder();
  if (pointers === null) return null;
  const pointer = path.join(pointers, token);
  try {
    dropDanglingPointers(pointers);
    writeFileSync(pointer, folder, { mode: 0o600 });
    return pointer;
  } catch {
    // Full, or read-only: the folder is still found in the temp directory.
    return null;
  }
}

/** Somebody may have cleaned the temp directory by hand. */
function dropDanglingPointers(pointers: string): void {
  for (const name of readdirSync(pointers)) {
    const pointer = path.join(pointers, name);
    const folder = textOf(pointer);
    if (folder !== null && !existsSync(folder)) rmSync(pointer, { force: true });
  }
}

/**
 * This user's runtime folder (XDG base directory specification, by which a path that is not absolute is ignored; /run for
 * root); null where there is none.
 */
function runtimeFolder(): string | null {
  const named = process.env['XDG_RUNTIME_DIR'] ?? '';
  const base = path.isAbsolute(named) ? named : process.geteuid?.() === 0 ? '/run' : null;
  if (base === null) return null;
  const folder = path.join(base, 'untorn');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return isOurs(folder, 'directory') ? folder : null;
  } catch {
    return null;
  }
}
