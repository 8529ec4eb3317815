import path from 'node:path';
import type { OnProgress } from '../../failure.ts';
import {
  bootGuest,
  driveWord,
  filesWord,
  hostInGuest,
  mountWord,
  type CommandEnd,
  type CommandLine,
  type Guest,
} from '../../sandbox/index.ts';
import { ForgetfulDrive, type ForgetfulModel, type PowerCut } from './forgetful-drive.ts';
import { serveDisk } from './nbd.ts';
import type { RehearsalPlan } from './settings.ts';

/** What the rounds of a rehearsal share: its plan, the witness, a folder. */
export interface Stage extends RehearsalPlan {
  readonly witness: { readonly port: number; readonly key: Buffer; readonly entries: EntryCount };
  /** Only for its rounds; emptied by whoever made it. */
  readonly folder: string;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal | undefined;
}

const keyName = 'key';
const fileName = 'units';

/** How many entries of the run that is under way are durable at the witness. */
export class EntryCount {
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  reached(count: number): void {
    for (const { count: wanted, resolve } of this.#waiting) if (count >= wanted) resolve();
    this.#waiting = this.#waiting.filter(({ count: wanted }) => count < wanted);
  }

  reaches(count: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }
}

/** A guest on a drive of ours: the power can be cut. */
export interface PoweredGuest {
  readonly guest: Guest;
  readonly drive: ForgetfulDrive;
  /** The drive forgets and the guest is killed, in one moment. */
  cutPower(): Promise<PowerCut>;
}

/** Does `work` in a guest whose NVMe drive lies in `image` and behaves as `model`. Nothing of both is left. */
export async function withGuest<T>(
  stage: Stage,
  image: string,
  {
    model,
    below,
    writesThrough,
  }: { model: ForgetfulModel; below: (limit: number) => number; writesThrough: boolean },
  work: (powered: PoweredGuest) => Promise<T>,
): Promise<T> {
  const { target, kernel, signal, onProgress } = stage;
  const drive = new ForgetfulDrive(image, target.size, model, below);
  let cut: PowerCut | null = null;
  const forget = (): PowerCut => (cut ??= drive.cutPower());
  const socket = `${image}.socket`;
  try {
    const server = await serveDisk(drive, socket);
    try {
      onProgress({ phase: 'starting the guest' });
      const nvmeServer = { socket, writesThrough };
      const guest = await bootGuest(kernel, {
        target,
        nvmeServer,
        network: true,
        ...(signal ? { signal } : {}),
      });
      const cutPower = async (): Promise<PowerCut> => {
        const what = forget();
        await guest.cutPower();
        return what;
      };
      try {
        await guest.attach(target, null);
        return await work({ guest, drive, cutPower });
      } finally {
        await guest.close();
      }
    } finally {
      await server.close();
    }
  } finally {
    forget();
  }
}

/** Runs `untorn torn NAME` in a guest on what the rehearsal writes to, with the witness and its key. */
export function tornCommand(
  { settings, target, witness }: Stage,
  guest: Guest,
  name: 'arm' | 'verify',
  more: readonly string[],
  onLine: (line: CommandLine) => void,
): Promise<CommandEnd> {
  const isBare = settings.on === 'device';
  const words = [
    ...['torn', name, isBare ? driveWord : path.posix.join(mountWord, fileName)],
    ...['--witness', `${hostInGuest}:${witness.port}`, '--key', path.posix.join(filesWord, keyName)],
    ...more,
  ];
  const files = [{ name: keyName, text: witness.key.toString('latin1') }];
  const mount = settings.on === 'device' ? null : { fs: settings.on, options: target.mountOptions };
  return guest.command({ words, files, mount, network: true }, onLine);
}
