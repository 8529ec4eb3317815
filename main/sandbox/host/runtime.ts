import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Unable } from '../../failure.ts';
import { unpackedPath } from '../../project.ts';

/** What a guest runs: Node, and this very build of Untorn. */
export interface Runtime {
  readonly node: string;
  /** The project's folder, with dist/main/ and native/build/. */
  readonly project: string;
}

/** The first process of a guest, and the program that it starts; below {@link Runtime.project}. */
export const initProgram = 'native/build/untorn-init';
export const guestProgram = 'dist/main/sandbox/guest/entry.js';

/** Throws Unable where something has not been built, or no Node is found. */
export function findRuntime(): Runtime {
  const project = unpackedPath();
  for (const needed of [initProgram, guestProgram]) {
    if (!existsSync(path.join(project, needed)))
      throw new Unable(
        `a sandbox takes a whole build: run "npm run build:native && npm run build:main"`,
        needed,
      );
  }
  return { node: findNode(), project };
}

/** Why no guest can be started here whatever its kernel is, or null. */
export function whyNoRuntime(): string | null {
  try {
    findRuntime();
    return null;
  } catch (error) {
    if (error instanceof Unable) return error.message;
    throw error;
  }
}

const leastNode = 20;
const whichNode = 'process.versions.node + " " + process.execPath';

/** In the desktop app, this process is no Node that a guest could run: the system's is taken. */
function findNode(): string {
  if (process.versions['electron'] === undefined) return process.execPath;
  const install = 'Debian: apt-get install nodejs';
  let said: string;
  try {
    said = execFileSync('node', ['-p', whichNode], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    throw new Unable(`a sandbox runs Node in its guest, and no "node" is found (${install})`, null, {
      cause: error,
    });
  }
  const [, major = '0', file = ''] = /^(\d+)\S* (.+)$/m.exec(said) ?? [];
  if (Number(major) < leastNode)
    throw new Unable(`a sandbox runs Node ${leastNode} or newer in its guest, and ${file} is ${major}`);
  return file;
}
