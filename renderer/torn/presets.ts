const sharedDefaults = {
  ...{ units: '16KiB', writers: '4', depth: '1', engine: 'threads', sync: 'dsync', atomic: false },
  ...{ direct: true, overlapping: false },
} as const;
export const stormDefaults = {
  ...sharedDefaults,
  seconds: '10',
  writes: '',
  rate: '',
  readers: '1',
} as const;
export const shutdownDefaults = { ...sharedDefaults, beginning: 'written', fileSize: '4MiB' } as const;

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
