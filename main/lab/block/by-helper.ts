import { Unable } from '../../failure.ts';
import type { Helper, ResourceId } from '../../privilege/index.ts';
import { mkfsRefusal } from '../format.ts';
import type { ClaimedDisk, ReadBytes } from '../privileges/whole.ts';
import type { ClaimableDevice } from './guard.ts';

const mostReadBytes = 2 ** 20;

/**
 * Has the helper take a device. It judges by itself whether that may be overwritten, and holds it until it is undone. Throws
 * Unable.
 */
export async function claimedByHelper(
  helper: Helper,
  { path, destroy }: ClaimableDevice,
  place: string,
): Promise<ClaimedDisk & { readonly id: ResourceId }> {
  // Whoever names it twice agrees to lose what is on it; what is in use is refused all the same.
  const claiming = helper.claim(path, destroy, { overwrite: true });
  const { id, sizeBytes, logicalSectorBytes, rotational } = await claiming.catch((error: unknown) => {
    if (!(error instanceof Unable)) throw error;
    throw new Unable(`${place}: ${error.message}`, place, { cause: error });
  });
  return {
    ...{ id, path, sizeBytes, logicalSectorBytes, rotational },
    async format({ fs, args }) {
      const complaint = await helper.format(id, fs, args);
      if (complaint !== '') throw mkfsRefusal(fs, complaint, path);
    },
    read: readWholeSectors(helper, id, logicalSectorBytes),
    step: (call) => helper.deviceStep(id, call),
  };
}

/** Past the page cache a device is read in whole sectors. */
function readWholeSectors(helper: Helper, id: ResourceId, sectorBytes: number): ReadBytes {
  return async (offset, length) => {
    const from = offset - (offset % sectorBytes);
    const end = Math.ceil((offset + length) / sectorBytes) * sectorBytes;
    const bytes = new Uint8Array(end - from);
    for (let at = from; at < end; at += mostReadBytes) {
      const piece = await helper.read(id, at, Math.min(mostReadBytes, end - at));
      bytes.set(piece, at - from);
      if (piece.length === 0) break;
    }
    return bytes.subarray(offset - from, offset - from + length);
  };
}
