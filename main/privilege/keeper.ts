import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { Unable } from '../failure.ts';
import type { UdisksFound } from './udisks-found.ts';

/**
 * The program that gives back what a lab has from UDisks2 when this process dies (native/helper/keeper): UDisks2 itself would leave it
 * where it is. In a session of its own, so that the terminal's signals do not reach it.
 */
export class Keeper {
  readonly #child: ChildProcess;

  /** Starts one for all loop devices over files in `folder`, now and later. Throws Unable. */
  static async start(folder: string, { keeper, client }: UdisksFound): Promise<Keeper> {
    const child = spawn(keeper, [folder, client], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    try {
      await once(child, 'spawn');
    } catch (error) {
      throw new Unable(`${keeper} does not start: ${String(error)}`, null, { cause: error });
    }
    child.unref();
    if (child.stdin instanceof Socket) child.stdin.unref();
    // Should it have been killed, there is nobody to tell that all is well.
    child.stdin?.on('error', () => undefined);
    return new Keeper(child);
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  /** Nothing is left to do: it goes. Safe to call twice. */
  dismiss(): void {
    if (this.#child.stdin?.writable) this.#child.stdin.end('.');
  }
}
