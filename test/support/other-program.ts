import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./other-program.mjs', import.meta.url));

/** Processes that have just used a filesystem, one on each CPU, and still hold some of their files open. */
export class OtherProgram {
  readonly #children: readonly ChildProcess[];

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children;
  }

  /** Returns when they have written what they wanted to. */
  static async start(root: string, seed: number): Promise<OtherProgram> {
    const children: ChildProcess[] = [];
    for (const cpu of [0, 1]) {
      const child = spawn('taskset', ['-c', String(cpu), process.execPath, script, root, `${seed}-${cpu}`], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      children.push(child);
      await once(child.stdout, 'data');
    }
    return new OtherProgram(children);
  }

  async stop(): Promise<void> {
    for (const child of this.#children) {
      child.stdin?.end();
      if (child.exitCode === null) await once(child, 'exit');
    }
  }
}
