import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Unable } from '../../failure.ts';
import type { Cleanup } from '../../lab/index.ts';
import { readMounts } from '../../machine/index.ts';
import { unmount, unmountFlags } from '../../native/index.ts';
import { findOnPath } from '../../privilege/index.ts';
import { unpackedPath } from '../../project.ts';

/** What the program shows: an image whose changes it logs, or crash states made of a base and a log. */
export type RecorderMode = 'record' | 'states';

/** A running recorder: the disk is a file, and a small file beside it is how one speaks to it. */
export interface Recorder {
  readonly disk: string;
  /** `marks` of a recording, `state` of crash states. */
  readonly side: string;
  /** Unmounts it and waits until the program has ended; the log is complete then. Throws Unable where it found no room. */
  stop(): Promise<void>;
}

const patienceMs = 10_000;

/**
 * Starts the recorder (native/recorder) on a folder that is made for it. It outlives this process if it must: a disk
 * that vanishes below a mounted filesystem would make cleaning up harder. Throws Unable.
 */
export async function startRecorder(
  mode: RecorderMode,
  image: string,
  log: string,
  mountPoint: string,
  cleanup: Cleanup,
): Promise<Recorder> {
  const program = findProgram();
  const whyNot = whyNoFuseMount();
  if (whyNot !== null) throw new Unable(`${whyNot} (Debian: apt-get install fuse3)`);
  await mkdir(mountPoint, { mode: 0o700 });
  const child = spawn(program, [mode, image, log, mountPoint], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const complaint = complaintOf(child);
  let isStopped = false;
  const end = async (): Promise<void> => {
    if (isStopped) return;
    isStopped = true;
    const isThere = child.exitCode === null && child.signalCode === null;
    if (isThere || isMountPoint(mountPoint)) await release(mountPoint);
    await ended;
  };
  cleanup.add(end);
  await ready(child, complaint);
  return {
    disk: path.join(mountPoint, 'disk'),
    side: path.join(mountPoint, mode === 'record' ? 'marks' : 'state'),
    async stop() {
      await end();
      if (child.exitCode !== 0) throw new Unable(`the recorder ended too early: ${complaint()}`);
    },
  };
}

/** The program's location; throws Unable where it was not built. */
export function findProgram(): string {
  const places = [`native/prebuilds/linux-${process.arch}/untorn-recorder`, 'native/build/untorn-recorder'];
  const found = places.map((place) => unpackedPath(place)).find(existsSync);
  if (found !== undefined) return found;
  throw new Unable(
    'the recorder is not built: it needs libfuse3 (Debian: apt-get install libfuse3-dev), then "npm run build:native"',
  );
}

function isMountPoint(mountPoint: string): boolean {
  return readMounts().some((mount) => mount.mountPoint === mountPoint);
}

const run = promisify(execFile);

/** Why this user cannot have the recorder mount its disk; null where he can. */
export function whyNoFuseMount(): string | null {
  const isMissing = process.geteuid?.() !== 0 && findOnPath('fusermount3') === null;
  return isMissing ? 'the recorder needs fusermount3, which mounts its disk for an ordinary user' : null;
}

async function release(mountPoint: string): Promise<void> {
  if (process.geteuid?.() !== 0) return releaseOwn(mountPoint);
  try {
    await unmount(mountPoint, { flags: unmountFlags.noFollow });
  } catch {
    // Something still holds the disk: it vanishes from sight now, and the program ends when that lets go.
    await unmount(mountPoint, { flags: unmountFlags.detach | unmountFlags.noFollow });
  }
}

/** What an ordinary user has mounted by FUSE he unmounts by its own program (fusermount3(1)); -z: even where it is in use. */
async function releaseOwn(mountPoint: string): Promise<void> {
  try {
    await run('fusermount3', ['-u', mountPoint]);
  } catch {
    await run('fusermount3', ['-u', '-z', mountPoint]);
  }
}

const complaintMax = 4096;

/** The last line of what a program complains of, once it is asked for. */
function complaintOf(child: ChildProcess): () => string {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-complaintMax)));
  return () => said.trim().split('\n').at(-1) || 'it says nothing';
}

/** Waits for the word that it is mounted; a program that does not say it is ended. */
async function ready(child: ChildProcess, complaint: () => string): Promise<void> {
  const problem = await new Promise<string | null>((resolve) => {
    const timer = setTimeout(() => resolve('it does not answer'), patienceMs);
    const settle = (text: string | null): void => {
      clearTimeout(timer);
      resolve(text);
    };
    child.stdout?.once('data', () => settle(null));
    child.once('error', (error) => settle(error.message));
    child.once('close', () => settle(complaint()));
  });
  if (problem === null) return;
  child.kill('SIGKILL');
  throw new Unable(`the recorder cannot work here: ${problem}`);
}
