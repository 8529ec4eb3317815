import { describe, expect, it } from 'vitest';
import { signatureAreaBytes, signatureIn } from './signature.ts';

describe('signatureIn', () => {
  const beginning = (offset: number, text: string): Uint8Array => {
    const bytes = Buffer.alloc(signatureAreaBytes);
    bytes.write(text, offset, 'latin1');
    return bytes;
  };

  it.each([
    [0x438, '\x53\xef', 'ext4'],
    [0, 'XFSB', 'XFS'],
    [0x10040, '_BHRfS_M', 'btrfs'],
    [512, 'LABELONE', 'LVM'],
    [0, 'LUKS\xba\xbe', 'LUKS'],
    [4096, '\xfc\x4e\x2b\xa9', 'md array'],
    [512, 'EFI PART', 'GPT'],
    [510, '\x55\xaa', 'partition table'],
    [4086, 'SWAPSPACE2', 'swap'],
  ])('at %i knows %j as %s', (offset, text, name) => {
    expect(signatureIn(beginning(offset, text))).toContain(name);
    expect(signatureIn(beginning(offset + 1, text))).toBeNull();
  });

  it('finds nothing on an empty or a short device', () => {
    expect(signatureIn(new Uint8Array(signatureAreaBytes))).toBeNull();
    expect(signatureIn(new Uint8Array(0))).toBeNull();
  });
});
