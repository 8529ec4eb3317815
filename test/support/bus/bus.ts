import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Mount } from '../../../main/machine/index.ts';
import { Namespace } from './namespace.ts';
import { daemonPath, type DaemonName } from './why.ts';

/** What polkit shall grant, and to whom; it stands in for an active session, which a test has not. */
export interface Grant {
  readonly user: string;
  /** The beginnings of actions' names. */
  readonly actions: readonly string[];
}

export interface BusOptions {
  readonly grants: readonly Grant[];
  readonly daemons: readonly DaemonName[];
  /** Loop devices over files below this folder are looked into by udev, and no others. */
  readonly labs?: string;
  /** Policy files, `name` of which is to be installed as well. */
  readonly policies?: readonly { readonly name: string; readonly text: string }[];
}

const readyWithinMs = 30_000;

/** A system bus of a test's own with polkit, and udev and UDisks2 where they are wanted; none of it is seen outside. */
export class Bus {
  readonly namespace: Namespace;

  static async start({ grants, daemons, labs = '', policies = [] }: BusOptions): Promise<Bus> {
    const bus = new Bus(await Namespace.open());
    try {
      bus.#prepare(grants, policies);
      bus.namespace.startDaemon('dbus-daemon', '--system', '--nofork', '--nopidfile', '--nosyslog');
      await until(() => existsSync(bus.namespace.inside('/run/dbus/system_bus_socket')));
      bus.#startDaemon('polkitd', '--no-debug');
      await until(() =>
        bus.succeeds(0, 'pkcheck', '--action-id', 'org.freedesktop.policykit.exec', '--process', '1'),
      );
      if (daemons.includes('udevd')) await bus.#startUdev(labs);
      if (daemons.includes('udisksd')) {
        bus.#startDaemon('udisksd');
        await until(() => bus.succeeds(0, 'udisksctl', 'status'));
      }
      return bus;
    } catch (error) {
      await bus.close();
      throw error;
    }
  }

  private constructor(namespace: Namespace) {
    this.namespace = namespace;
  }

  /** Whether a command inside goes well. */
  succeeds(uid: number, ...command: readonly string[]): boolean {
    const [program = '', ...args] = [...this.namespace.command(uid), ...command];
    return spawnSync(program, args, { stdio: 'ignore', timeout: 10_000 }).status === 0;
  }

  /** Starts a command inside, as {@link import('node:child_process').spawn} does. */
  spawn(
    uid: number,
    command: readonly string[],
    options: Parameters<typeof spawn>[2],
  ): ReturnType<typeof spawn> {
    const [program = '', ...args] = [...this.namespace.command(uid), ...command];
    return spawn(program, args, options);
  }

  /** Mounts of loop devices, as they are seen inside. */
  loopMounts(): Mount[] {
    return this.namespace.mounts().filter(({ source }) => source.startsWith('/dev/loop'));
  }

  close(): Promise<void> {
    return this.namespace.close();
  }

  #prepare(grants: readonly Grant[], policies: readonly { name: string; text: string }[]): void {
    const { namespace } = this;
    const inside = (path: string): string => namespace.inside(path);
    for (const directory of ['/run', '/media', '/etc/polkit-1/rules.d']) {
      if (existsSync(inside(directory))) namespace.cover(directory);
    }
    for (const directory of ['dbus', 'udev', 'udisks2', 'media']) mkdirSync(inside(`/run/${directory}`));
    writeFileSync(inside('/etc/polkit-1/rules.d/00-test.rules'), ruleOf(grants));
    if (policies.length === 0) return;
    const actions = '/usr/share/polkit-1/actions';
    mkdirSync(inside('/run/actions'));
    cpSync(actions, inside('/run/actions'), { recursive: true });
    for (const { name, text } of policies) writeFileSync(inside(`/run/actions/${name}`), text);
    namespace.run('mount', '--bind', '/run/actions', actions);
  }

  #startDaemon(name: DaemonName, ...args: readonly string[]): void {
    this.namespace.startDaemon(daemonPath(name) ?? name, ...args);
  }

  /** With one rule, so that nothing of the machine's is renamed, loaded, or given to somebody. */
  async #startUdev(labs: string): Promise<void> {
    for (const rules of ['/usr/lib/udev/rules.d', '/etc/udev/rules.d']) {
      if (existsSync(this.namespace.inside(rules))) this.namespace.cover(rules);
    }
    const rule = `SUBSYSTEM=="block", KERNEL=="loop*", ATTR{loop/backing_file}=="${labs}/*", IMPORT{builtin}="blkid"\n`;
    writeFileSync(this.namespace.inside('/etc/udev/rules.d/60-test.rules'), rule);
    this.#startDaemon('udevd');
    await until(() => existsSync(this.namespace.inside('/run/udev/control')));
  }
}

function ruleOf(grants: readonly Grant[]): string {
  return `polkit.addRule(function (action, subject) {
  var grants = ${JSON.stringify(grants)};
  for (var i = 0; i < grants.length; i++) {
    if (subject.user !== grants[i].user) continue;
    for (var j = 0; j < grants[i].actions.length; j++) {
      if (action.id.indexOf(grants[i].actions[j]) === 0) return polkit.Result.YES;
    }
  }
});
`;
}

async function until(isReady: () => boolean): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  while (!isReady()) {
    if (performance.now() > deadline) throw new Error(`not ready: ${isReady.toString()}`);
    await sleep(50);
  }
}
