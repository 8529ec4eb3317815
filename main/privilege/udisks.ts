import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Unable } from '../failure.ts';

const run = promisify(execFile);

/** UDisks2 says no; `reason` is the last part of the error's name on the bus: `DeviceBusy`, `AlreadyMounted`, … */
export class UdisksRefusal extends Unable {
  readonly reason: string;

  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, null, options);
    this.reason = reason;
  }
}

/** A device's content is known to UDisks2 once udev has looked at it. */
const unknownYet = /is not a mountable filesystem|Error looking up object/;
const patienceMs = 10_000;
const againMs = 50;

/**
 * UDisks2 by its own client, udisksctl(1). Nobody is asked for a password: where one is needed, UDisks2 refuses. Every function throws
 * {@link UdisksRefusal}.
 */
export class Udisks {
  readonly #client: string;

  constructor(client: string) {
    this.#client = client;
  }

  /** Attaches a file to a loop device; returns `/dev/loopN`. */
  async setUpLoop(file: string): Promise<string> {
    const said = await this.#call('loop-setup', '--file', file);
    const device = / as (\/dev\/loop\d+)\.?\s*$/.exec(said)?.[1];
    if (device === undefined) throw new UdisksRefusal('', `UDisks2 answers ${JSON.stringify(said)}`);
    return device;
  }

  async deleteLoop(device: string): Promise<void> {
    await this.#call('loop-delete', '--block-device', device);
  }

  /** Mounts with UDisks2's own options (nosuid, nodev; for ext4 errors=remount-ro) and these, in a directory of its choice. */
  async mount(device: string, options: readonly string[]): Promise<void> {
    const wish = options.length === 0 ? [] : ['--options', options.join(',')];
    const deadline = performance.now() + patienceMs;
    for (;;) {
      try {
        await this.#call('mount', '--block-device', device, ...wish);
        return;
      } catch (error) {
        const isEarly = error instanceof UdisksRefusal && unknownYet.test(error.message);
        if (!isEarly || performance.now() > deadline) throw error;
      }
      await sleep(againMs);
    }
  }

  /** `lazily`: also where it is in use; it is out of sight at once. */
  async unmount(device: string, { lazily = false } = {}): Promise<void> {
    await this.#call('unmount', '--block-device', device, ...(lazily ? ['--force'] : []));
  }

  async #call(verb: string, ...args: readonly string[]): Promise<string> {
    const env = { ...process.env, LC_ALL: 'C' };
    try {
      const { stdout } = await run(this.#client, [verb, '--no-user-interaction', ...args], { env });
      return stdout.trim();
    } catch (error) {
      throw refusal(verb, error);
    }
  }
}

/** `Error mounting /dev/loop0: GDBus.Error:org.freedesktop.UDisks2.Error.DeviceBusy: …` */
function refusal(verb: string, error: unknown): UdisksRefusal {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  const reason = /org\.freedesktop\.UDisks2\.Error\.(\w+)/.exec(said)?.[1] ?? '';
  const [line = ''] = said.replace(/GDBus\.Error:[\w.]+: /, '').split('\n');
  const message = line === '' && error instanceof Error ? error.message : line;
  // polkit allowed it when it was asked before: the session is no longer the active one, perhaps.
  const remedy = reason.startsWith('NotAuthorized')
    ? '; UNTORN_PRIVILEGE=pkexec or sudo chooses another way'
    : '';
  return new UdisksRefusal(reason, `UDisks2 refuses (${verb}): ${message}${remedy}`, { cause: error });
}
