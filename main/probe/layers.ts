import {
  atomicOpening,
  deviceOpening,
  sizeInWords,
  windowInWords,
  type AtomicFacts,
  type FileOpening,
  type FilesystemFacts,
  type Known,
  type Opening,
  type Window,
} from '../../core/atomic/index.ts';
import type { BlockDevice } from '../machine/index.ts';
import type { Fact, PassportLayer } from './passport.ts';

/** The layers below a file: its filesystem (none for a device), then every device under that, from the top down. */
export function lowerLayers(
  facts: AtomicFacts,
  filesystem: Known<FilesystemFacts> | null,
  device: BlockDevice | null,
): PassportLayer[] {
  const layers = device ? deviceLayers(device) : [];
  return filesystem === null ? layers : [filesystemLayer(facts, filesystem), ...layers];
}

/** The filesystem's own window: that of an ordinary file that is still to be made. */
export function filesystemLayer(facts: AtomicFacts, filesystem: Known<FilesystemFacts>): PassportLayer {
  const ordinary = ordinaryFile(filesystem);
  const opening = atomicOpening({ ...facts, file: { kind: 'regular', filesystem: ordinary } });
  const layer = filesystem === 'unknown' || filesystem.kind === 'other' ? 'filesystem' : filesystem.kind;
  return { layer, kind: 'filesystem', ...seen(opening), facts: filesystemFacts(filesystem) };
}

function ordinaryFile(filesystem: Known<FilesystemFacts>): Known<FilesystemFacts> {
  if (filesystem === 'unknown') return filesystem;
  if (filesystem.kind === 'ext4') return { ...filesystem, extentFile: filesystem.extentFeature };
  return filesystem.kind === 'xfs' ? { ...filesystem, realtimeFile: false } : filesystem;
}

function deviceLayers(device: BlockDevice): PassportLayer[] {
  const opening = deviceOpening(device.facts);
  const below = device.below.flatMap(deviceLayers);
  const own: PassportLayer = {
    layer: device.facts.name,
    kind: 'device',
    ...seen(opening),
    facts: deviceFacts(device),
  };
  return [own, ...below];
}

type Seen = Pick<PassportLayer, 'window' | 'rule' | 'why' | 'remedy'>;

/** An opening as a passport shows it. */
export function seen(opening: Opening | FileOpening): Seen {
  switch (opening.kind) {
    case 'closed': {
      const { rule, because, remedy } = opening.obstacle;
      return { window: null, rule, why: because, remedy };
    }
    case 'unknown':
      return {
        window: 'unknown',
        rule: null,
        why: `${opening.missing} could not be found out`,
        remedy: null,
      };
    case 'open': {
      const narrowing = 'narrowing' in opening ? opening.narrowing : null;
      return {
        window: opening.window,
        rule: null,
        why: narrowing?.because ?? passes(opening),
        remedy: narrowing?.remedy ?? null,
      };
    }
  }
}

function passes(
  opening: { readonly window: Window } & Partial<Pick<Extract<FileOpening, { kind: 'open' }>, 'software'>>,
) {
  const window = windowInWords(opening.window);
  return opening.software ? `${window}, completed in software by remapping` : `${window}, as advertised`;
}

function filesystemFacts(filesystem: Known<FilesystemFacts>): Fact[] {
  if (filesystem === 'unknown') return [];
  switch (filesystem.kind) {
    case 'other':
      return [{ name: 'type', value: filesystem.name }];
    case 'ext4':
      return [
        { name: 'type', value: 'ext4' },
        { name: 'block', value: size(filesystem.blockBytes) },
        { name: 'cluster', value: size(filesystem.clusterBytes) },
        { name: 'extents', value: yesOrNo(filesystem.extentFeature) },
      ];
    case 'xfs': {
      const { geometry } = filesystem;
      const type = { name: 'type', value: 'xfs' };
      if (geometry === 'unknown') return [type, { name: 'geometry', value: 'unknown' }];
      return [
        type,
        { name: 'block', value: size(geometry.blockBytes) },
        { name: 'reflink', value: yesOrNo(geometry.reflink) },
        { name: 'allocation groups', value: `${geometry.groupCount} of ${geometry.groupBlocks} blocks` },
        { name: 'log', value: size(geometry.logBlocks * geometry.blockBytes) },
      ];
    }
  }
}

function deviceFacts(device: BlockDevice): Fact[] {
  const { facts } = device;
  const { atomic, partitionStartBytes: start } = facts;
  const list: (Fact | null)[] = [
    { name: 'kind', value: device.kind },
    fact('model', device.title),
    fact('firmware', device.firmware),
    { name: 'size', value: size(facts.sizeBytes) },
    { name: 'logical block', value: size(facts.logicalBlockBytes) },
    { name: 'physical block', value: size(device.physicalBlockBytes) },
    fact('write cache', device.writeCache),
    start === null ? null : { name: 'starts at', value: size(start) },
    fact('backing file', device.backingFile),
    ...(atomic === 'unknown'
      ? [{ name: 'atomic write limits', value: 'unknown' }]
      : [
          { name: 'atomic_write_unit_min_bytes', value: String(atomic.unitMinBytes) },
          { name: 'atomic_write_unit_max_bytes', value: String(atomic.unitMaxBytes) },
          { name: 'atomic_write_max_bytes', value: String(atomic.maxBytes) },
          { name: 'atomic_write_boundary_bytes', value: String(atomic.boundaryBytes) },
        ]),
  ];
  return list.filter((item) => item !== null);
}

function fact(name: string, value: string | null): Fact | null {
  return value === null ? null : { name, value };
}

function size(bytes: Known<number>): string {
  return bytes === 'unknown' ? bytes : sizeInWords(bytes);
}

function yesOrNo(value: Known<boolean>): string {
  return value === 'unknown' ? value : value ? 'yes' : 'no';
}
