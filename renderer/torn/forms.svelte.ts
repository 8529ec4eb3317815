import * as v from 'valibot';
import {
  shutdownRequestSchema,
  stormRequestSchema,
  type ShutdownRequest,
  type StormRequest,
} from '../../core/torn/index.ts';
import { sizeFromText } from '../../core/experiment/plan.ts';

/** What is wrong with a field of a form. */
export interface FieldIssue {
  readonly field: string;
  readonly message: string;
}

/** Fields that storms and shutdowns have in common, as they are typed. */
class SharedFields {
  units = $state('16KiB');
  writers = $state('4');
  depth = $state('1');
  engine = $state<'threads' | 'io_uring'>('threads');
  sync = $state<'none' | 'dsync' | 'fsync'>('dsync');
  atomic = $state(false);
  direct = $state(true);
  overlapping = $state(false);
  seed = $state('');

  protected get sharedInput(): Record<string, unknown> {
    return {
      unitBytes: this.units.split(',').map((text) => sizeOf(text)),
      writers: numberOf(this.writers),
      depth: numberOf(this.depth),
      engine: this.engine,
      sync: this.sync,
      atomic: this.atomic,
      direct: this.direct,
      overlapping: this.overlapping,
      ...given('seed', this.seed, numberOf),
    };
  }
}

/** What a storm is to be. */
export class StormForm extends SharedFields {
  path = $state('');
  size = $state('64MiB');
  seconds = $state('10');
  writes = $state('');
  rate = $state('');
  readers = $state('1');
  destroy = $state('');
  preset = $state('');

  /** The request as it would be sent, judged by the schema that the command line has, too. */
  private get judged() {
    return v.safeParse(stormRequestSchema, {
      path: this.path.trim(),
      ...given('sizeBytes', this.size, sizeOf),
      ...given('destroy', this.destroy, (text) => text.trim()),
      ...given('seconds', this.seconds, numberOf),
      ...given('writes', this.writes, numberOf),
      ...given('writesPerSecond', this.rate, numberOf),
      readers: numberOf(this.readers),
      ...this.sharedInput,
    });
  }

  get issues(): FieldIssue[] {
    const { judged } = this;
    return judged.success ? [] : judged.issues.map(issueOf);
  }

  get request(): StormRequest {
    return v.parse(stormRequestSchema, this.judged.output);
  }

  /** Names a new file where none is named yet. */
  suggest(folder: string): void {
    if (this.path === '') this.path = `${folder}/untorn-storm-${Math.floor(performance.timeOrigin)}`;
  }

  use(id: string): void {
    this.preset = id;
    const preset = stormPresets.find((one) => one.id === id);
    if (preset) Object.assign(this, stormDefaults, preset.fields);
  }
}

/** What rounds of shutdown are to be. */
export class ShutdownForm extends SharedFields {
  filesystem = $state<'ext4' | 'xfs'>('ext4');
  rounds = $state('12');
  fileSize = $state('4MiB');
  beginning = $state<'written' | 'unwritten' | 'hole'>('written');
  preset = $state('');

  private get judged() {
    return v.safeParse(shutdownRequestSchema, {
      filesystem: this.filesystem,
      rounds: numberOf(this.rounds),
      ...given('fileBytes', this.fileSize, sizeOf),
      beginning: this.beginning,
      ...this.sharedInput,
    });
  }

  get issues(): FieldIssue[] {
    const { judged } = this;
    return judged.success ? [] : judged.issues.map(issueOf);
  }

  get request(): ShutdownRequest {
    return v.parse(shutdownRequestSchema, this.judged.output);
  }

  use(id: string): void {
    this.preset = id;
    const preset = shutdownPresets.find((one) => one.id === id);
    if (preset) Object.assign(this, shutdownDefaults, preset.fields);
  }
}

const sharedDefaults = {
  ...{ units: '16KiB', writers: '4', depth: '1', engine: 'threads', sync: 'dsync', atomic: false },
  ...{ direct: true, overlapping: false },
} as const;
const stormDefaults = { ...sharedDefaults, seconds: '10', writes: '', rate: '', readers: '1' } as const;
const shutdownDefaults = { ...sharedDefaults, beginning: 'written', fileSize: '4MiB' } as const;

interface Preset<Fields> {
  readonly id: string;
  readonly title: string;
  readonly fields: Partial<Fields>;
}

export const stormPresets: readonly Preset<Record<keyof typeof stormDefaults, string | boolean>>[] = [
  { id: 'pages', title: 'Pages of 16 KiB, durable one by one', fields: {} },
  {
    id: 'mixed',
    title: 'Mixed lengths through the page cache',
    fields: { units: '4KiB,16KiB,64KiB', direct: false },
  },
  { id: 'atomic', title: 'RWF_ATOMIC, 16 KiB', fields: { atomic: true } },
  {
    id: 'shared',
    title: 'Writers that share units, and tear them',
    fields: { units: '64KiB', overlapping: true, sync: 'none', readers: '2' },
  },
  { id: 'long', title: 'Ten minutes at 500 writes a second', fields: { seconds: '600', rate: '500' } },
];

export const shutdownPresets: readonly Preset<
  Record<keyof typeof shutdownDefaults | 'filesystem' | 'rounds', string | boolean>
>[] = [
  { id: 'ext4', title: 'ext4, units that were written', fields: { filesystem: 'ext4' } },
  { id: 'ext4-hole', title: 'ext4, into nothing', fields: { filesystem: 'ext4', beginning: 'hole' } },
  { id: 'xfs', title: 'XFS, units that were written', fields: { filesystem: 'xfs' } },
  { id: 'xfs-atomic', title: 'XFS with RWF_ATOMIC', fields: { filesystem: 'xfs', atomic: true } },
];

function given<T>(name: string, text: string, read: (text: string) => T): Record<string, T> {
  return text.trim() === '' ? {} : { [name]: read(text) };
}

/** What is no number is left to the schema to refuse. */
function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function sizeOf(text: string): number {
  const trimmed = text.trim();
  return /^\d+$/.test(trimmed) ? Number(trimmed) : (sizeFromText(trimmed) ?? Number.NaN);
}

function issueOf(issue: v.BaseIssue<unknown>): FieldIssue {
  const [field = ''] = (v.getDotPath(issue) ?? '').split('.');
  const isNumber = issue.kind === 'schema' && Number.isNaN(issue.input);
  return { field, message: isNumber ? 'must be a number, or a size such as 16KiB' : issue.message };
}

const fieldOfFlag: Readonly<Record<string, string>> = {
  '--block': 'blockBytes',
  '--unit': 'unitBytes',
  '--rate': 'writesPerSecond',
  '--size': 'sizeBytes',
  '--buffered': 'direct',
};

/** The field of a form that an error of the service is about; `path` where it is about the target. */
export function fieldOfPlace(place: string): string {
  return fieldOfFlag[place] ?? (place.startsWith('--') ? place.slice(2) : 'path');
}
