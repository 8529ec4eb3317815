import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const command = fileURLToPath(new URL('../../dist/main/cli/untorn.js', import.meta.url));

/** Why the command cannot be tested, or false. */
export function whyNotBuilt(): string | false {
  return existsSync(command) ? false : 'skipped: not built (npm run build:main)';
}

export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly answer: Promise<Answer>;
}

/** A folder of one test's own, with a temp folder in it that every command of the test uses. */
export class Sandbox {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-cli-'));
  readonly temp = path.join(this.folder, 'tmp');

  constructor() {
    mkdirSync(this.temp, { mode: 0o1777 });
  }

  /** Writes a file of the test and returns its path. */
  write(name: string, content: string | Uint8Array | object): string {
    const file = path.join(this.folder, name);
    const plain = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(file, plain ? content : JSON.stringify(content));
    return file;
  }

  /** Starts `untorn ARGS`; `uid` makes it an ordinary user's process, and `through` is a command that starts it. */
  start(
    args: readonly string[],
    {
      uid,
      environment = {},
      through = [],
    }: { uid?: number; environment?: Record<string, string>; through?: readonly string[] } = {},
  ): Running {
    const [program = '', ...rest] = [...through, process.execPath, command, ...args];
    const child = spawn(program, rest, {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], TMPDIR: this.temp, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    return { process: child, answer: answerOf(child) };
  }

  run(args: readonly string[], options: Parameters<Sandbox['start']>[1] = {}): Promise<Answer> {
    return this.start(args, options).answer;
  }

  /** Everything that a command left behind: files in the temp folder, mounts below it, loop devices on its files. */
  leftBehind(): string[] {
    const mounts = readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(` ${this.folder}/`));
    return [...readdirSync(this.temp), ...mounts, ...loopsOn(this.folder)];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Backing files of loop devices that lie in `folder`. */
function loopsOn(folder: string): string[] {
  return readdirSync('/sys/block')
    .filter((name) => name.startsWith('loop'))
    .flatMap((name) => {
      const file = `/sys/block/${name}/loop/backing_file`;
      const backing = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
      return backing.startsWith(`${folder}/`) ? [`${name}: ${backing}`] : [];
    });
}

function answerOf(child: ChildProcess): Promise<Answer> {
  const texts = { stdout: '', stderr: '' };
  child.stdout?.on('data', (part: Buffer) => (texts.stdout += part.toString()));
  child.stderr?.on('data', (part: Buffer) => (texts.stderr += part.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...texts }));
  });
}

/** A small ext4 plan with the given steps. */
export function planOf(steps: readonly object[], change: object = {}): object {
  const target = { kind: 'loop', size: '64MiB', mkfs: { fs: 'ext4', args: ['-b', '4096'] } };
  return { version: 1, name: 'test', target, steps, ...change };
}
