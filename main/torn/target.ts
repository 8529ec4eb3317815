import { open, rm, stat, statfs, truncate } from 'node:fs/promises';
import path from 'node:path';
import { sizeInWords } from '../../core/atomic/words.ts';
import { InputError, Unable } from '../failure.ts';
import { destroyableDevice } from '../lab/index.ts';
import { statx } from '../native/index.ts';

/** Where a storm is to write. */
export interface TargetRequest {
  readonly path: string;
  /** Length of the area to use; all of an existing target where it is left out. */
  readonly sizeBytes?: number;
  /** The same device or file once more, by which the caller agrees to lose what is there. */
  readonly destroy?: string;
}

/** A target that may be overwritten. */
export interface Target {
  readonly path: string;
  readonly kind: 'file' | 'device';
  readonly sizeBytes: number;
  /** Smallest direct write. */
  readonly sectorBytes: number;
  /** Lengths that RWF_ATOMIC takes here; null where it takes none. */
  readonly atomic: { readonly minBytes: number; readonly maxBytes: number } | null;
  /** Takes a file away again that was made for the storm which cannot begin. */
  discard(): Promise<void>;
}

/**
 * Makes a target ready: a device that the house's rules let go (main/lab/block), a file that is empty, new (`sizeBytes`
 * says how long), or named again by `destroy`. Throws InputError or Unable.
 */
export async function openTarget({ path: name, sizeBytes, destroy }: TargetRequest): Promise<Target> {
  const facts = await stat(name).catch(() => null);
  if (facts?.isBlockDevice()) return deviceTarget(name, sizeBytes, destroy);
  if (facts && !facts.isFile()) throw new InputError(`${name} is neither a file nor a block device`, name);
  const known = facts?.size ?? 0;
  if (known > 0) checkAgreement(name, destroy);
  const length = sizeBytes ?? known;
  if (length === 0)
    throw new InputError(`${name} is new or empty: --size says how long it is to be`, '--size');
  await grow(name, length);
  const { sectorBytes, atomic } = await limitsOf(name);
  const discard = (): Promise<void> => (facts ? nothing() : rm(name, { force: true }));
  return { path: path.resolve(name), kind: 'file', sizeBytes: length, sectorBytes, atomic, discard };
}

/** Opens an existing target to read it again; nothing is lost. Throws InputError. */
export async function reopenTarget(name: string): Promise<{ readonly path: string }> {
  const facts = await stat(name).catch(() => null);
  if (facts === null) throw new InputError(`${name}: there is no such file or device`, name);
  return { path: path.resolve(name) };
}

async function deviceTarget(name: string, sizeBytes?: number, destroy?: string): Promise<Target> {
  const device = await destroyableDevice(name, destroy, 'TARGET');
  const available = Number(device.sizeBytes);
  if (sizeBytes !== undefined && sizeBytes > available)
    throw new InputError(`--size: ${name} has only ${sizeInWords(available)}`, '--size');
  const { atomic } = await limitsOf(device.path);
  const { logicalSectorBytes: sectorBytes } = device;
  const target = { path: device.path, sizeBytes: sizeBytes ?? available, sectorBytes, atomic };
  return { ...target, kind: 'device', discard: nothing };
}

const nothing = (): Promise<void> => Promise.resolve();

function checkAgreement(name: string, destroy: string | undefined): void {
  if (destroy !== undefined && path.resolve(destroy) === path.resolve(name)) return;
  const said = destroy === undefined ? '' : ', and --destroy names something else';
  throw new InputError(
    `${name} is not empty, and everything in it would be lost: name it again with --destroy ${name}${said}`,
    '--destroy',
  );
}

/** Makes the file as long as asked, where there is room. */
async function grow(name: string, length: number): Promise<void> {
  try {
    const file = await open(name, 'a', 0o600);
    await file.close();
    const { bavail, bsize } = await statfs(name);
    const { blocks } = await stat(name);
    if (length - blocks * 512 > bavail * bsize)
      throw new Unable(`there is no room for ${sizeInWords(length)} at ${name}`, name);
    if ((await stat(name)).size < length) await truncate(name, length);
  } catch (error) {
    if (error instanceof Unable) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new InputError(`${name} cannot be made: ${code}`, name, { cause: error });
  }
}

async function limitsOf(name: string): Promise<Pick<Target, 'sectorBytes' | 'atomic'>> {
  const facts = await statx(name);
  const atomic =
    facts.hasAtomicWrite && facts.atomicUnitMaxBytes > 0
      ? { minBytes: facts.atomicUnitMinBytes, maxBytes: facts.atomicUnitMaxBytes }
      : null;
  return { sectorBytes: Math.max(512, facts.hasDirectAlignment ? facts.directOffsetAlignBytes : 0), atomic };
}
