import { format } from '../format.ts';
import type { ClaimedDisk } from '../privileges/whole.ts';
import { destroyableDevice } from './guard.ts';

/** {@link import('../privileges/whole.ts').WholePrivileges.claim} of root's, who opens devices himself. */
export async function claimAsRoot(
  name: string,
  destroy: string | undefined,
  place: string,
): Promise<ClaimedDisk> {
  const device = await destroyableDevice(name, destroy, place);
  const { path } = device;
  return { ...device, format: (mkfs, signal) => format(path, mkfs, signal), read: null, step: null };
}
