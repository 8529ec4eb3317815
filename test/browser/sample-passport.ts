import type { WireLayer, WirePassport } from '../../core/rpc/index.ts';

const open = (minBytes: number, maxBytes: number) => ({
  state: 'open' as const,
  window: { minBytes, maxBytes },
});
const plain: Pick<WireLayer, 'remedy' | 'facts' | 'claims'> = { remedy: '', facts: [], claims: null };

/** A database's file on ext4 with small clusters, on a drive that could do more: every part of a passport has something to say. */
export const samplePassport: WirePassport = {
  path: '/srv/db/pages.ibd',
  kind: 'file',
  kernel: '6.18.44',
  possible: 'yes',
  opening: open(4096, 4096),
  verdict: '4 KiB can be written untorn; 16 KiB is refused: the clusters of this filesystem are 4 KiB',
  remedy: 'mkfs.ext4 -O bigalloc -C 16384 /dev/nvme0n1p2',
  ways: {
    hardware: open(4096, 4096),
    software: { state: 'closed', window: null },
    why: 'ext4 has no way of its own.',
  },
  findings: [
    {
      layer: 'ext4',
      because: 'without bigalloc a write is untorn up to one block (fs/ext4/super.c ext4_atomic_write_init)',
      remedy: 'mkfs.ext4 -O bigalloc -C 16384 /dev/nvme0n1p2',
    },
    { layer: 'nvme0n1', because: 'the boundary of 64 KiB ends every longer write', remedy: '' },
  ],
  layers: [
    { ...plain, layer: 'pages.ibd', kind: 'file', opening: open(4096, 4096), why: 'what statx(2) answers' },
    {
      ...plain,
      layer: 'ext4',
      kind: 'filesystem',
      opening: open(4096, 4096),
      why: 'one block, since the filesystem has no bigalloc',
      remedy: 'mkfs.ext4 -O bigalloc -C 16384 /dev/nvme0n1p2',
      facts: [
        { name: 'block', value: '4 KiB' },
        { name: 'cluster', value: '4 KiB' },
      ],
    },
    {
      ...plain,
      layer: 'nvme0n1p2',
      kind: 'device',
      opening: open(512, 65536),
      why: 'the partition begins at a multiple of 64 KiB',
    },
    {
      ...plain,
      layer: 'nvme0n1',
      kind: 'device',
      opening: open(512, 65536),
      why: 'the limits of the block layer',
      facts: [{ name: 'model', value: 'a drive of the tests' }],
      claims: {
        source: 'NVMe Identify',
        opening: open(512, 131072),
        agrees: 'no',
        why: 'NAWUPF is 255, NABSPF is 127.',
        facts: [{ name: 'NAWUPF', value: '255' }],
      },
    },
    {
      ...plain,
      layer: 'multipath',
      kind: 'device',
      opening: { state: 'unknown', window: null },
      why: 'the other path could not be asked',
    },
  ],
  scale: { fromBytes: 512, toBytes: 131072 },
  layout: {
    why: '',
    shares: [
      { unitBytes: 4096, units: 4096, aligned: 4096, holes: 0, firstFaults: [] },
      {
        unitBytes: 16384,
        units: 1024,
        aligned: 1001,
        holes: 3,
        firstFaults: [{ offsetBytes: 1048576, fault: 'several extents' }],
      },
    ],
  },
  missing: ['the other path: it does not answer'],
  withRoot: ["the drive's own fields for its second namespace"],
};
