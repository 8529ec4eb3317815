import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertExists } from '../../../core/assert.ts';
import { parsePlan, type TargetOf } from '../../../core/experiment/plan.ts';
import { plainDrive } from '../../../core/torn/crash/index.ts';
import {
  noVerdicts,
  rehearsalResult,
  type PowerCutResult,
  type RehearsalResult,
  type RehearsalRound,
  type RehearsalSettings,
  type Sensitivity,
} from '../../../core/torn/index.ts';
import { Cancelled, InputError, throwIfCancelled, Unable, type OnProgress } from '../../failure.ts';
import { makeWorkFolder } from '../../lab/index.ts';
import {
  bootGuest,
  chooseKernel,
  driveWord,
  filesWord,
  formatDrive,
  hostInGuest,
  mountWord,
  type Command,
  type CommandEnd,
  type Guest,
  type SandboxKernel,
} from '../../sandbox/index.ts';
import { drawsOf, newSeed } from '../random.ts';
import { verifyWithWitness } from '../witness/arm.ts';
import { startWitness, type Witness } from '../witness/server.ts';
import { ForgetfulDrive, type ForgetfulModel, type PowerCut } from './forgetful-drive.ts';
import { serveDisk } from './nbd.ts';

export interface RehearsalOptions {
  /** A name or a path of a kernel for QEMU; the newest where it is left out. */
  readonly kernel?: string;
  readonly on?: RehearsalSettings['on'];
  readonly unitBytes?: number;
  /** What the drive keeps whole, where that is not what it claims: the unit. */
  readonly keepsBytes?: number;
  readonly atomic?: boolean;
  readonly sync?: RehearsalSettings['sync'];
  readonly lies?: boolean;
  readonly times?: number;
  readonly seed?: number;
  readonly onRound?: (round: RehearsalRound) => void;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

const MiB = 2 ** 20;
const sizes = { device: 64 * MiB, ext4: 64 * MiB, xfs: 320 * MiB } as const;
/** Few enough that every unit is written several times before the end. */
const areaBytes = MiB;
const writers = 8;
const cacheBytes = 8 * MiB;
const slowestMs = 8;
/** When the power is cut: so many entries at the witness, and then so many milliseconds. */
const fewestEntries = 20;
const mostEntries = 300;
const mostMsAfter = 40;
const keyName = 'key';

/**
 * Rehearses power cuts: a guest writes stamped units to an emulated NVMe drive while a witness keeps what was acknowledged,
 * the guest is killed and the drive forgets what was not durable, and then every unit is verified; over and over. Nothing is
 * left behind. Throws Failure, Cancelled.
 */
export async function rehearse(options: RehearsalOptions = {}): Promise<RehearsalResult> {
  const { signal, onRound } = options;
  const { settings, target, kernel } = decide(options);
  const folder = await makeWorkFolder();
  const key = randomBytes(32);
  const keyText = key.toString('hex');
  const entries = new EntryCount();
  let witness: Witness | null = null;
  const rounds: RehearsalRound[] = [];
  const sensitivities: Sensitivity[] = [];
  try {
    await writeFile(path.join(folder.path, keyName), keyText, { mode: 0o600 });
    witness = await startWitness({
      host: '127.0.0.1',
      port: 0,
      folder: path.join(folder.path, 'runs'),
      key: Buffer.from(keyText),
      onEntries: (_, count) => entries.reached(count),
    });
    for (let round = 1; round <= settings.times && !(signal?.aborted ?? false); round++) {
      const stage: Stage = {
        settings,
        target,
        kernel,
        port: witness.port,
        key: Buffer.from(keyText),
        keyText,
        folder: folder.path,
        entries,
        onProgress: ({ phase }) =>
          options.onProgress?.({ phase: `round ${round} of ${settings.times}: ${phase}` }),
        signal,
      };
      const made = await playRound(stage, round);
      if (made.sensitivity) sensitivities.push(made.sensitivity);
      rounds.push(made.round);
      onRound?.(made.round);
    }
  } catch (error) {
    // What was found until an interrupt stands.
    if (!(error instanceof Cancelled) || rounds.length === 0) throw error;
  } finally {
    await witness?.close();
    await folder.remove();
  }
  throwWhereNothing(rounds, signal);
  return rehearsalResult(
    settings,
    sensitivities.find(({ passed }) => !passed) ?? sensitivities[0] ?? nothingSeeded(settings.seed),
    rounds,
    signal?.aborted ?? false,
  );
}

/** How many entries of the run that is under way are durable at the witness. */
class EntryCount {
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  reached(count: number): void {
    for (const { count: wanted, resolve } of this.#waiting) if (count >= wanted) resolve();
    this.#waiting = this.#waiting.filter(({ count: wanted }) => count < wanted);
  }

  reaches(count: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }
}

interface Stage {
  readonly settings: RehearsalSettings;
  readonly target: TargetOf<'sandbox'>;
  readonly kernel: SandboxKernel;
  readonly port: number;
  readonly key: Buffer;
  readonly keyText: string;
  readonly folder: string;
  readonly entries: EntryCount;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal | undefined;
}

interface Played {
  readonly round: RehearsalRound;
  readonly sensitivity: Sensitivity | null;
}

async function playRound(stage: Stage, round: number): Promise<Played> {
  const { settings, target, onProgress, signal } = stage;
  const below = drawsOf(settings.seed + round * 7919);
  const image = path.join(stage.folder, `drive-${round}`);
  await writeFile(image, '', { mode: 0o600 });
  if (target.mkfs) await formatDrive(image, target, signal);
  const { run, afterMilliseconds, cut } = await writeAndCut(stage, image, round, below);
  onProgress({ phase: 'verifying' });
  const verified = await verify(stage, image, run);
  const common = { round, run, afterMilliseconds, drive: cut };
  if (typeof verified === 'string') {
    const none = { acknowledged: 0, unfinished: 0, units: 0, counts: noVerdicts(), findings: [] };
    return { round: { ...common, ...none, unusable: verified }, sensitivity: null };
  }
  const { acknowledged, unfinished, sensitivity, verification } = verified;
  const { units, counts, findings } = assertExists(verification, 'a verification that was not void');
  const kept = findings.slice(0, keptFindings);
  return {
    round: { ...common, acknowledged, unfinished, units, counts, findings: kept, unusable: null },
    sensitivity,
  };
}

const keptFindings = 4;

/** The power is on from the boot of the guest until a drawn moment after the first write. */
async function writeAndCut(
  stage: Stage,
  image: string,
  round: number,
  below: (limit: number) => number,
): Promise<{ readonly run: string; readonly afterMilliseconds: number; readonly cut: PowerCut }> {
  const { settings, target, onProgress, signal } = stage;
  const drive = new ForgetfulDrive(image, target.size, modelOf(settings), below);
  const socket = path.join(stage.folder, `nbd-${round}`);
  const server = await serveDisk(drive, socket);
  let cut: PowerCut | null = null;
  const cutPower = (): PowerCut => (cut ??= drive.cutPower());
  try {
    onProgress({ phase: 'starting the guest' });
    const guest = await boot(stage, { socket, writesThrough: !settings.drive.volatileCache });
    try {
      const armed = arm(stage, guest);
      await Promise.race([stage.entries.reaches(1), armed.ended]);
      drive.settle();
      const began = performance.now();
      const entries = fewestEntries + below(mostEntries - fewestEntries);
      const extraMs = below(mostMsAfter);
      onProgress({ phase: `writing; the power is cut at entry ${entries}` });
      await Promise.race([stage.entries.reaches(entries).then(() => sleep(extraMs)), armed.ended]);
      const afterMilliseconds = Math.round(performance.now() - began);
      const result = cutPower();
      await guest.cutPower();
      return { run: armed.run(), afterMilliseconds, cut: result };
    } finally {
      cutPower();
      await guest.close();
    }
  } catch (error) {
    throwIfCancelled(signal);
    throw error;
  } finally {
    cutPower();
    await server.close();
  }
}

function boot(stage: Stage, nvmeServer: { socket: string; writesThrough: boolean }): Promise<Guest> {
  const { kernel, target, signal } = stage;
  return bootGuest(kernel, { target, nvmeServer, network: true, ...(signal ? { signal } : {}) });
}

/** Starts `untorn torn arm` in the guest. */
function arm(
  stage: Stage,
  guest: Guest,
): {
  /** Rejected where the command ends by itself or has not written for long, which it must not. Never resolved. */
  readonly ended: Promise<never>;
  /** The run, as the command called it. */
  run(): string;
} {
  const { settings, target } = stage;
  const words = [
    ...['torn', 'arm', settings.on === 'device' ? driveWord : path.posix.join(mountWord, fileName)],
    ...['--witness', `${hostInGuest}:${stage.port}`, '--key', path.posix.join(filesWord, keyName)],
    ...['--size', String(areaBytes), '--unit', String(settings.unitBytes), '--writers', String(writers)],
    ...['--sync', settings.sync, '--seed', String(settings.seed)],
    ...(settings.atomic ? ['--atomic'] : []),
    // The drive's serial number agrees to the loss of what is on it.
    ...(settings.on === 'device' ? ['--destroy', 'untorn'] : []),
  ];
  const said: string[] = [];
  const running = (async () => {
    await guest.attach(target, null);
    return guest.command(commandOf(stage, words), ({ line }) => void said.push(line));
  })();
  const ended = running.then(({ code }: CommandEnd): never => {
    const last = said.at(-1) ?? 'and said nothing';
    throw new Unable(`"untorn torn arm" ended in the guest with code ${code ?? 'none'}: ${last}`);
  });
  // Told by whoever waits; a guest that is killed on purpose fails it, too.
  ended.catch(() => undefined);
  const run = (): string => {
    const found = said
      .map((line) => /^run ([0-9a-f]{16})$/.exec(line)?.[1])
      .find((name) => name !== undefined);
    return assertExists(found, 'arm tells its run before it writes');
  };
  return { ended, run };
}

const fileName = 'units';

function commandOf({ keyText, target, settings }: Stage, words: readonly string[]): Command {
  const mount = settings.on === 'device' ? null : { fs: settings.on, options: target.mountOptions };
  return { words, files: [{ name: keyName, text: keyText }], mount, network: true };
}

/** On this host what lies on the bare drive; a file after a reboot, in a guest that recovers its filesystem. */
async function verify(stage: Stage, image: string, run: string): Promise<PowerCutResult | string> {
  const { settings, port, key } = stage;
  if (settings.on === 'device')
    return verifyWithWitness({ host: '127.0.0.1', port, key }, run, { target: image });
  const drive = new ForgetfulDrive(image, stage.target.size, honest, () => 0);
  const socket = `${image}.again`;
  const server = await serveDisk(drive, socket);
  try {
    stage.onProgress({ phase: 'starting the guest again' });
    const guest = await boot(stage, { socket, writesThrough: true });
    try {
      await guest.attach(stage.target, null);
      return await verifyInGuest(stage, guest, run);
    } finally {
      await guest.close();
    }
  } finally {
    drive.cutPower();
    await server.close();
  }
}

async function verifyInGuest(stage: Stage, guest: Guest, run: string): Promise<PowerCutResult | string> {
  const words = [
    ...['torn', 'verify', path.posix.join(mountWord, fileName), '--run', run, '--json'],
    ...['--witness', `${hostInGuest}:${stage.port}`, '--key', path.posix.join(filesWord, keyName)],
  ];
  const said = { stdout: [] as string[], stderr: [] as string[] };
  try {
    await guest.command(commandOf(stage, words), ({ from, line }) => void said[from].push(line));
  } catch (error) {
    throwIfCancelled(stage.signal);
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
  const [json] = said.stdout;
  if (json === undefined) return said.stderr.at(-1) ?? 'nothing was said';
  return JSON.parse(json) as PowerCutResult;
}

const honest: ForgetfulModel = { promises: plainDrive, lies: false, cacheBytes: 0, slowestMs: 1 };

function modelOf({ drive: { keepsBytes, lies } }: RehearsalSettings): ForgetfulModel {
  return { promises: { ...plainDrive, atomicUnitBytes: keepsBytes }, lies, cacheBytes, slowestMs };
}

/** Everything that was left open, decided. Throws InputError, Unable. */
function decide(options: RehearsalOptions): {
  readonly settings: RehearsalSettings;
  readonly target: TargetOf<'sandbox'>;
  readonly kernel: SandboxKernel;
} {
  const { on = 'device', unitBytes = 16384, atomic = true, sync = 'dsync' } = options;
  const { keepsBytes = unitBytes, lies = false, times = 20, seed = newSeed() } = options;
  const isUnit = Number.isInteger(Math.log2(unitBytes)) && unitBytes >= 4096 && unitBytes <= 65536;
  if (!isUnit) throw new InputError('--unit: a rehearsal takes a power of two from 4KiB to 64KiB', '--unit');
  if (keepsBytes < 512 || keepsBytes % 512 !== 0)
    throw new InputError('--drive-unit: a drive keeps whole sectors of 512 bytes', '--drive-unit');
  const plan = parsePlan({
    version: 1,
    target: {
      kind: 'sandbox',
      size: sizes[on],
      drive: { kind: 'nvme', atomicMax: unitBytes },
      ...(on === 'device' ? {} : { mkfs: { fs: on, args: mkfsArguments(on, unitBytes) } }),
      ...(options.kernel === undefined ? {} : { kernel: options.kernel }),
    },
    steps: [],
  });
  const target = plan.target as TargetOf<'sandbox'>;
  const kernel = chooseKernel(target);
  if (kernel.machine !== 'qemu')
    throw new InputError('--kernel: a rehearsal takes a kernel for QEMU, for its NVMe drive', '--kernel');
  const drive = { claimsBytes: unitBytes, keepsBytes, lies, volatileCache: on === 'device' };
  const settings = { kernel: kernel.release, on, unitBytes, atomic, sync, drive, times, seed };
  return { settings, target, kernel };
}

/** A filesystem on which RWF_ATOMIC takes the unit. */
function mkfsArguments(on: 'ext4' | 'xfs', unitBytes: number): string[] {
  if (on === 'xfs' || unitBytes === 4096) return on === 'ext4' ? ['-b', '4096'] : [];
  return ['-b', '4096', '-O', 'bigalloc', '-C', String(unitBytes)];
}

function throwWhereNothing(rounds: readonly RehearsalRound[], signal: AbortSignal | undefined): void {
  if (rounds.length === 0) throwIfCancelled(signal);
}

function nothingSeeded(seed: number): Sensitivity {
  const missed = ['nothing could be verified'];
  return { seed, kinds: [], cleanUnits: 0, falseAlarms: 0, passed: false, missed };
}
