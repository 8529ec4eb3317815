import { existsSync, realpathSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { InputError, Unable } from '../../failure.ts';
import { deviceNumber, identityOf, partitionsOf, usersOf, type DeviceNumber } from '../../machine/index.ts';
import { blockDeviceFacts, canClaimBlockDevice } from '../../native/index.ts';
import { explained } from '../privilege.ts';
import { signatureOn } from './signature.ts';

/** A device that the caller has agreed to lose, and that nobody uses. */
export interface DestroyableDevice {
  /** Without links. */
  readonly path: string;
  readonly sizeBytes: bigint;
  readonly logicalSectorBytes: number;
  readonly rotational: boolean;
}

/**
 * Judges whether a block device may be overwritten (docs/plan-format.md, `block`): never while anybody uses it, and
 * otherwise only if `destroy` names this very device by its serial number or WWN, or by its path where it has
 * neither. `place` is where the device was named. Throws InputError; Unable where it is in use.
 */
export async function destroyableDevice(
  name: string,
  destroy: string | undefined,
  place = 'target.path',
): Promise<DestroyableDevice> {
  const device = await blockDeviceAt(name, place);
  requireUnused(name, device, place);
  try {
    if (!(await canClaimBlockDevice(device.path))) {
      throw new Unable(`${place}: ${name} is in use by somebody who holds it for himself alone`, place);
    }
    const facts = await blockDeviceFacts(device.path);
    if (facts.readOnly) throw new InputError(`${place}: ${name} is read-only`, place);
    if (facts.sizeBytes === 0n) throw new InputError(`${place}: ${name} has no medium`, place);
    await checkAgreement(name, device, facts.sizeBytes, destroy, place);
    return {
      path: device.path,
      sizeBytes: facts.sizeBytes,
      logicalSectorBytes: facts.logicalSectorBytes,
      rotational: facts.rotational,
    };
  } catch (error) {
    throw explained(error, `reading ${name}`);
  }
}

/** A device that its user agrees to lose, as far as can be told without opening it. */
export interface ClaimableDevice {
  /** Without links. */
  readonly path: string;
  /** What names it the second time. */
  readonly destroy: string;
}

/**
 * As {@link destroyableDevice}, for somebody who may not open the device: looks at what everybody may see, so that nobody is asked
 * for a password in vain. The helper judges again, and knows more. Throws InputError; Unable where it is in use.
 */
export async function claimableDevice(
  name: string,
  destroy: string | undefined,
  place = 'target.path',
): Promise<ClaimableDevice> {
  const device = await blockDeviceAt(name, place);
  requireUnused(name, device, place);
  const names = namesOf(device);
  // Some serial numbers are shown to root alone: then the helper finds out whether this is one.
  const mayBeSecret = names.length === 0 && destroy !== undefined && !destroy.startsWith('/');
  if (destroy === undefined || !(mayBeSecret || isNamedBy(destroy, names, device))) {
    const parts = partitionsOf(device.number);
    throw disagreement(name, device, destroy, place, parts.length > 0 ? partitionsText(parts) : null);
  }
  return { path: device.path, destroy };
}

interface NamedDevice {
  readonly path: string;
  readonly number: DeviceNumber;
}

async function blockDeviceAt(name: string, place: string): Promise<NamedDevice> {
  const facts = await stat(name, { bigint: true }).catch(() => null);
  if (facts === null) throw new InputError(`${place}: there is no ${name}`, place);
  if (!facts.isBlockDevice()) throw new InputError(`${place}: ${name} is not a block device`, place);
  return { path: realpathSync(name), number: deviceNumber(facts.rdev) };
}

function requireUnused(name: string, { number }: NamedDevice, place: string): void {
  const users = usersOf(number);
  if (users.length > 0) throw new Unable(`${place}: ${name} is in use: ${users.join(', ')}`, place);
}

async function checkAgreement(
  name: string,
  device: NamedDevice,
  sizeBytes: bigint,
  destroy: string | undefined,
  place: string,
): Promise<void> {
  if (isNamedBy(destroy, namesOf(device), device)) return;
  throw disagreement(name, device, destroy, place, await whatIsOn(device, sizeBytes));
}

/** Serial number and WWN. */
function namesOf({ number }: NamedDevice): string[] {
  const { serial, wwn } = identityOf(number);
  return [serial, wwn].filter((text) => text !== null);
}

function isNamedBy(destroy: string | undefined, names: readonly string[], device: NamedDevice): boolean {
  return names.length > 0 ? names.some((text) => text === destroy) : isPathOf(destroy, device);
}

function disagreement(
  name: string,
  device: NamedDevice,
  destroy: string | undefined,
  place: string,
  found: string | null,
): InputError {
  const names = namesOf(device);
  const holds = found === null ? '' : ` (it holds ${found})`;
  const how = names.length > 0 ? names.map((text) => `"${text}"`).join(' or ') : device.path;
  const said = destroy === undefined ? '' : `, and --destroy names something else`;
  return new InputError(
    `${place}: everything on ${name}${holds} would be lost: name the device again with --destroy ${how}${said}`,
    place,
  );
}

function isPathOf(destroy: string | undefined, device: NamedDevice): boolean {
  if (destroy === undefined || !destroy.startsWith('/') || !existsSync(destroy)) return false;
  return realpathSync(destroy) === device.path;
}

/** Partitions or a known signature, in words. */
async function whatIsOn(device: NamedDevice, sizeBytes: bigint): Promise<string | null> {
  const parts = partitionsOf(device.number);
  if (parts.length > 0) return partitionsText(parts);
  const file = await open(device.path, 'r');
  try {
    return await signatureOn(file, Number(sizeBytes));
  } finally {
    await file.close();
  }
}

function partitionsText(parts: readonly string[]): string {
  return `partitions ${parts.join(', ')}`;
}
