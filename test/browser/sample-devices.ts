import type { DeviceList, ListedDevice } from '../../core/rpc/index.ts';

const gib = 2 ** 30;
const closed = { state: 'closed', window: null } as const;
const upTo = (maxBytes: number): ListedDevice['opening'] => ({
  state: 'open',
  window: { minBytes: 512, maxBytes },
});

const nothing = { title: '', rotational: false, readOnly: false, users: [] as string[], opening: closed };

/** A workstation with a drive in use, a free one that can write atomically, a disk array and a loop device. */
export const sampleDevices: DeviceList = {
  devices: [
    {
      ...nothing,
      path: '/dev/nvme0n1',
      kind: 'disk',
      title: 'SAMSUNG MZVL21T0HCLR-00B00',
      sizeBytes: 954 * gib,
      users: ['mounted on /', 'mounted on /boot/efi', 'swap space'],
      names: ['S676NF0R512345', 'eui.002538b511b3c4d5'],
    },
    {
      ...nothing,
      path: '/dev/nvme0n1p1',
      kind: 'partition',
      sizeBytes: gib,
      users: ['mounted on /boot/efi'],
      names: ['/dev/nvme0n1p1'],
    },
    {
      ...nothing,
      path: '/dev/nvme0n1p2',
      kind: 'partition',
      sizeBytes: 921 * gib,
      users: ['mounted on /'],
      names: ['/dev/nvme0n1p2'],
    },
    {
      ...nothing,
      path: '/dev/nvme0n1p3',
      kind: 'partition',
      sizeBytes: 32 * gib,
      users: ['swap space'],
      names: ['/dev/nvme0n1p3'],
    },
    {
      ...nothing,
      path: '/dev/nvme1n1',
      kind: 'disk',
      title: 'MICRON_7450_MTFDKBA960TFR',
      sizeBytes: 894 * gib,
      opening: upTo(256 * 1024),
      names: ['222335A1B2C3', 'eui.000000000000000100a075222335a1b2'],
    },
    {
      ...nothing,
      path: '/dev/sda',
      kind: 'disk',
      title: 'ST8000NM000A-2KE101',
      sizeBytes: 7452 * gib,
      rotational: true,
      users: ['part of md0'],
      names: ['WSD0ABCD'],
    },
    {
      ...nothing,
      path: '/dev/md0',
      kind: 'md',
      title: 'md raid1',
      sizeBytes: 7452 * gib,
      rotational: true,
      users: ['mounted on /srv'],
      names: ['/dev/md0'],
    },
    {
      ...nothing,
      path: '/dev/loop0',
      kind: 'loop',
      title: '/home/anna/images/cards.img',
      sizeBytes: 4 * gib,
      readOnly: true,
      names: ['/dev/loop0'],
    },
  ],
  filesystems: [
    { mountPoint: '/', type: 'ext4', source: '/dev/nvme0n1p2' },
    { mountPoint: '/boot/efi', type: 'vfat', source: '/dev/nvme0n1p1' },
    { mountPoint: '/srv', type: 'xfs', source: '/dev/md0' },
  ],
};
