import type { DeviceList, ListedDevice } from '../../core/rpc/index.ts';
import { formatBytes } from '../../core/view/index.ts';
import { sizesOf } from './scale.ts';

/** One line of the list of places that a passport can be asked for. */
export interface Place {
  readonly path: string;
  /** What is shown of the path: a partition's name without the folder of devices. */
  readonly name: string;
  readonly size: string;
  /** Model, mapping, file behind, or what is mounted. */
  readonly title: string;
  readonly use: { readonly free: boolean; readonly words: string } | null;
  /** Atomic writes that pass, or empty where the line is no device. */
  readonly opening: string;
  readonly partition: boolean;
}

export interface PlaceGroup {
  readonly title: string;
  readonly places: readonly Place[];
}

/** The list in the order in which it is shown; groups without a place are left out. */
export function placesOf({ devices, filesystems }: DeviceList): readonly PlaceGroup[] {
  const mounted = filesystems.map(({ mountPoint, type, source }) => ({
    path: mountPoint,
    name: mountPoint,
    size: '',
    title: `${type} on ${source.replace('/dev/', '')}`,
    use: null,
    opening: '',
    partition: false,
  }));
  return [
    { title: 'Drives', places: devices.map(placeOf) },
    { title: 'Filesystems', places: mounted },
  ].filter(({ places }) => places.length > 0);
}

function placeOf(device: ListedDevice): Place {
  const { path, kind, title, sizeBytes, users, readOnly, rotational, opening } = device;
  const traits = [title, readOnly ? 'read-only' : '', rotational ? 'rotational' : ''];
  return {
    path,
    name: path.replace('/dev/', ''),
    size: formatBytes(sizeBytes),
    title: traits.filter((trait) => trait !== '').join(', '),
    use: { free: users.length === 0, words: users.length === 0 ? 'free' : users.join(', ') },
    opening: opening.state === 'open' ? `atomic ${sizesOf(opening)}` : '',
    partition: kind === 'partition',
  };
}
