import { listBlockDevices } from '../machine/index.ts';

/** A target as a person knows it: a device with its model and serial number, by which it is known under any path. */
export function targetTitle(target: string): string {
  const found = target.startsWith('/dev/')
    ? listBlockDevices().find(({ path }) => path === target)
    : undefined;
  if (!found) return target;
  const { device, identity } = found;
  const known = [device.title, identity.serial ?? identity.wwn].filter(
    (part): part is string => typeof part === 'string' && part !== '',
  );
  return known.length === 0 ? target : `${target} (${known.join(', ')})`;
}
