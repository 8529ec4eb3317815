import { chmodSync, readFileSync, readdirSync } from 'node:fs';
import { planOf, Sandbox, whyNotBuilt, type Answer, type Running } from '../cli/untorn.ts';
import { nobody } from '../privilege/user.ts';
import { whyNotProgram } from '../support/machine.ts';
import type { Bus } from '../support/bus/index.ts';
import { whyNoBus } from '../support/bus/index.ts';
import type { RunReport } from '../../main/run/index.ts';

/** Why there is no UDisks2 for the tests, or false. */
export function whyNoUdisks(): string | false {
  return whyNoBus('polkitd', 'udevd', 'udisksd') || whyNotBuilt() || whyNotProgram('debugfs');
}

/** What polkit lets whoever sits before the machine do by itself (org.freedesktop.UDisks2.policy, allow_active). */
export const granted = ['org.freedesktop.udisks2.loop-setup', 'org.freedesktop.udisks2.filesystem-mount'];

/** An ordinary user's command line in a session with UDisks2. */
export class UdisksStage {
  readonly files = new Sandbox();
  readonly bus: Bus;

  constructor(bus: Bus) {
    this.bus = bus;
    chmodSync(this.files.folder, 0o755);
    chmodSync(this.files.temp, 0o1777);
  }

  start(
    args: readonly string[],
    environment: Record<string, string> = {},
    uid: number = nobody.uid,
  ): Running {
    const through = this.bus.namespace.command(uid);
    return this.files.start(args, { through, environment: { UNTORN_PRIVILEGE: 'udisks', ...environment } });
  }

  run(...args: readonly string[]): Promise<Answer> {
    return this.start(args).answer;
  }

  async report(plan: string): Promise<{ report: RunReport; code: number | null; stderr: string }> {
    const { code, stdout, stderr } = await this.run('run', plan, '--json');
    return { report: JSON.parse(stdout) as RunReport, code, stderr };
  }

  /** A plan file that takes a while: settled buddies would take root, so that it works through many files. */
  longPlan(): string {
    const steps = Array.from({ length: 60 }, (_, i) => [
      { op: 'many', prefix: `m${i}-`, count: 100, length: 4096, how: 'direct' },
      { op: 'sync' },
    ]).flat();
    const target = {
      kind: 'loop',
      size: '256MiB',
      mkfs: { fs: 'ext4', args: ['-b', '4096', '-N', '16384'] },
    };
    return this.files.write('long.json', planOf(steps, { target }));
  }

  /** As {@link Sandbox.leftBehind}, with the mounts that only the namespace shows. */
  leftBehind(): string[] {
    return [...this.files.leftBehind(), ...this.mounted()];
  }

  /** Loop devices and mounts alone. */
  held(): string[] {
    return this.leftBehind().filter((name) => name.includes('/'));
  }

  mounted(): string[] {
    return this.bus.loopMounts().map(({ source, mountPoint }) => `${source} at ${mountPoint}`);
  }

  remove(): void {
    this.files.remove();
  }
}

/** Processes that run the keeper for a folder below `folder`. */
export function keepersOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const words = commandLine(pid);
      return words[0]?.endsWith('/untorn-keeper') === true && words[1]?.startsWith(`${folder}/`) === true;
    });
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
