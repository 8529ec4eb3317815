import {
  atomicOpening,
  sizeInWords,
  windowInWords,
  type AtomicFacts,
  type FileOpening,
  type FilesystemFacts,
  type Known,
  type Opening,
  type Window,
} from '../../core/atomic/index.ts';
import type { Fact, PassportLayer } from './passport.ts';

/** The filesystem's own window: that of an ordinary file that is still to be made. */
export function filesystemLayer(facts: AtomicFacts, filesystem: Known<FilesystemFacts>): PassportLayer {
  const ordinary = ordinaryFile(filesystem);
  const opening = atomicOpening({ ...facts, file: { kind: 'regular', filesystem: ordinary } });
  const layer = filesystem === 'unknown' || filesystem.kind === 'other' ? 'filesystem' : filesystem.kind;
  return { layer, kind: 'filesystem', ...seen(opening), facts: filesystemFacts(filesystem), claims: null };
}

function ordinaryFile(filesystem: Known<FilesystemFacts>): Known<FilesystemFacts> {
  if (filesystem === 'unknown') return filesystem;
  switch (filesystem.kind) {
    case 'ext4':
      return {
        ...filesystem,
        extentFile: filesystem.extentFeature,
        inlineFile: false,
        encryption: 'none',
        verity: false,
        dax: false,
      };
    case 'xfs':
      return { ...filesystem, realtimeFile: false, dax: false };
    case 'other':
      return filesystem;
  }
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
    case 'open':
      return 'narrowings' in opening ? seenFile(opening) : asAdvertised(opening.window);
  }
}

function seenFile(opening: Extract<FileOpening, { kind: 'open' }>): Seen {
  if (opening.notAtomic)
    return { window: null, rule: opening.notAtomic.rule, why: opening.notAtomic.because, remedy: null };
  const [first] = opening.narrowings;
  if (opening.software) {
    const limit = first ? `; ${first.because}` : '';
    const why = `${windowInWords(opening.window)}, completed in software by remapping${limit}`;
    return { window: opening.window, rule: null, why, remedy: null };
  }
  if (first) return { window: opening.window, rule: first.rule, why: first.because, remedy: first.remedy };
  return asAdvertised(opening.window);
}

function asAdvertised(window: Window): Seen {
  return { window, rule: null, why: `${windowInWords(window)}, as advertised`, remedy: null };
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
        { name: 'data=journal', value: yesOrNo(filesystem.journalledData) },
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

function size(bytes: Known<number>): string {
  return bytes === 'unknown' ? bytes : sizeInWords(bytes);
}

function yesOrNo(value: Known<boolean>): string {
  return value === 'unknown' ? value : value ? 'yes' : 'no';
}
