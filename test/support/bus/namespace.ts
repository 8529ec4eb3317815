import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readMounts, type Mount } from '../../../main/machine/index.ts';

/**
 * A mount and a network namespace: whatever is started in them has its own /run, and hears the kernel's uevents, but nobody outside hears
 * what it says. So a bus, udev and UDisks2 of the tests' own disturb none that the machine already runs.
 */
export class Namespace {
  readonly #holder: ChildProcess;
  readonly #daemons: ChildProcess[] = [];

  static async open(): Promise<Namespace> {
    const options = ['--mount', '--net', '--propagation', 'slave'];
    const holder = spawn('unshare', [...options, 'sleep', 'infinity'], { stdio: 'ignore' });
    await once(holder, 'spawn');
    const namespace = new Namespace(holder);
    await namespace.#settled();
    namespace.#forgetOthersLabs();
    return namespace;
  }

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  /** A path outside that leads to the file that `path` is inside. */
  inside(path: string): string {
    return `/proc/${this.#holder.pid}/root${path}`;
  }

  mounts(): Mount[] {
    return readMounts(`/proc/${this.#holder.pid}/mountinfo`);
  }

  /** The command that starts another one inside: as `uid`, where one is given. */
  command(uid?: number): string[] {
    const enter = ['nsenter', `--target=${this.#holder.pid}`, '--mount', '--net', '--'];
    if (uid === undefined) return enter;
    return [...enter, 'setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--'];
  }

  /** Puts an empty directory over one, which only shows inside. */
  cover(directory: string): void {
    this.run('mount', '-t', 'tmpfs', '-o', 'mode=0755', 'none', directory);
  }

  /** Runs a command inside as root; throws where it fails. */
  run(...command: readonly string[]): void {
    const [program = '', ...args] = [...this.command(), ...command];
    const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  }

  /** Starts a daemon that stays in the foreground; it ends with the namespace. */
  startDaemon(...command: readonly string[]): ChildProcess {
    const [program = '', ...args] = [...this.command(), 'setpriv', '--pdeathsig=KILL', '--', ...command];
    const daemon = spawn(program, args, { stdio: 'ignore', env: { PATH: process.env['PATH'] ?? '' } });
    this.#daemons.push(daemon);
    return daemon;
  }

  /** Ends what was started inside, the latest first. */
  async close(): Promise<void> {
    for (const process of [...this.#daemons.toReversed(), this.#holder]) {
      if (process.exitCode !== null || process.signalCode !== null) continue;
      process.kill('SIGTERM');
      const hasEnded = once(process, 'exit');
      await Promise.race([hasEnded, sleep(2000, null, { ref: false })]);
      process.kill('SIGKILL');
    }
  }

  /** Until `unshare` has become what it was to start, in its namespaces. */
  async #settled(): Promise<void> {
    const comm = `/proc/${this.#holder.pid}/comm`;
    while (existsSync(comm) && readFileSync(comm, 'utf8') !== 'sleep\n') await sleep(5);
  }

  /** Copies of other tests' mounts would keep their loop devices busy. */
  #forgetOthersLabs(): void {
    const others = this.mounts().filter(({ mountPoint }) => mountPoint.includes('/untorn-'));
    for (const { mountPoint } of others.toReversed()) {
      const [program = '', ...args] = [...this.command(), 'umount', '--lazy', mountPoint];
      spawnSync(program, args, { stdio: 'ignore' });
    }
  }
}
