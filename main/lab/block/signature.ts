/**
 * Signatures of what may be on a device (the magic numbers of blkid's probes, util-linux libblkid/src/superblocks).
 * The list is for refusing, so a wrong guess costs a `--destroy` and nothing else.
 */
interface Signature {
  readonly name: string;
  readonly offsetBytes: number;
  readonly bytes: readonly number[];
}

const text = (characters: string): readonly number[] =>
  [...characters].map((character) => character.charCodeAt(0));

const signatures: readonly Signature[] = [
  { name: 'an ext2, ext3 or ext4 filesystem', offsetBytes: 0x438, bytes: [0x53, 0xef] },
  { name: 'an XFS filesystem', offsetBytes: 0, bytes: text('XFSB') },
  { name: 'a btrfs filesystem', offsetBytes: 0x10040, bytes: text('_BHRfS_M') },
  { name: 'an F2FS filesystem', offsetBytes: 0x400, bytes: [0x10, 0x20, 0xf5, 0xf2] },
  { name: 'an NTFS filesystem', offsetBytes: 3, bytes: text('NTFS    ') },
  { name: 'an exFAT filesystem', offsetBytes: 3, bytes: text('EXFAT   ') },
  { name: 'a squashfs filesystem', offsetBytes: 0, bytes: text('hsqs') },
  { name: 'an EROFS filesystem', offsetBytes: 0x400, bytes: [0xe2, 0xe1, 0xf5, 0xe0] },
  { name: 'an ISO 9660 filesystem', offsetBytes: 0x8001, bytes: text('CD001') },
  { name: 'a LUKS container', offsetBytes: 0, bytes: [0x4c, 0x55, 0x4b, 0x53, 0xba, 0xbe] },
  { name: 'an md array member', offsetBytes: 0, bytes: [0xfc, 0x4e, 0x2b, 0xa9] },
  { name: 'an md array member', offsetBytes: 4096, bytes: [0xfc, 0x4e, 0x2b, 0xa9] },
  { name: 'a bcache device', offsetBytes: 0x1018, bytes: [0xc6, 0x85, 0x73, 0xf6, 0x4e, 0x1a, 0x45, 0xca] },
  { name: 'swap space', offsetBytes: 4086, bytes: text('SWAPSPACE2') },
  { name: 'a GPT partition table', offsetBytes: 512, bytes: text('EFI PART') },
  { name: 'a GPT partition table', offsetBytes: 4096, bytes: text('EFI PART') },
  ...[0, 512, 1024, 1536].map((offsetBytes) => ({
    name: 'an LVM physical volume',
    offsetBytes,
    bytes: text('LABELONE'),
  })),
  // Last: filesystems with a boot sector end theirs with the same two bytes.
  { name: 'a partition table or boot sector', offsetBytes: 510, bytes: [0x55, 0xaa] },
];

/** How much of a device's beginning {@link signatureIn} wants to see. */
export const signatureAreaBytes = 0x11000;

/** What the beginning of a device looks like, or null. */
export function signatureIn(beginning: Uint8Array): string | null {
  const found = signatures.find(({ offsetBytes, bytes }) =>
    bytes.every((byte, index) => beginning[offsetBytes + index] === byte),
  );
  return found?.name ?? null;
}
