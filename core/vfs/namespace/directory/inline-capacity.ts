/** Bytes of i_block, where inline data begins (EXT4_MIN_INLINE_DATA_SIZE). */
export const blockAreaBytes = 60;

/** struct ext4_xattr_ibody_header, struct ext4_xattr_entry, and the four zeros that end the entries. */
const headerBytes = 4;
const entryBytes = 16;
const gapBytes = 4;

/** EXT4_XATTR_INDEX_SYSTEM, and the name of the attribute that holds what i_block does not. */
const systemIndex = 7;
const dataName = 'data';

/**
 * Bytes that the attribute `system.data` of an inode can hold, from the inode's attribute area (what follows its
 * fields, with the magic number first if there are attributes). Source: fs/ext4/inline.c:
 * get_max_inline_xattr_value_size().
 */
export function inlineValueCapacity(attributes: Uint8Array): number {
  if (attributes.length < headerBytes + gapBytes) return 0;
  let lowestValue = attributes.length - headerBytes;
  if (!hasAttributesInside(attributes)) {
    return Math.max(0, padded(lowestValue - entryLength(dataName.length) - 3 - gapBytes));
  }
  const view = new DataView(attributes.buffer, attributes.byteOffset, attributes.byteLength);
  let own: number | null = null;
  let entry = headerBytes;
  for (; view.getUint32(entry, true) !== 0; entry += entryLength(attributes[entry])) {
    if (entry + entryLength(attributes[entry]) + gapBytes > attributes.length) return 0;
    const valueBytes = view.getUint32(entry + 8, true);
    const isOutside = view.getUint32(entry + 4, true) !== 0;
    if (!isOutside && valueBytes > 0) lowestValue = Math.min(lowestValue, view.getUint16(entry + 2, true));
    if (isInlineData(attributes, entry)) own = valueBytes;
  }
  const free = lowestValue - (entry - headerBytes) - gapBytes;
  if (own !== null) return free + padded(own);
  const room = free - entryLength(dataName.length);
  return room > 3 ? padded(room - 3) : 0;
}

function isInlineData(attributes: Uint8Array, entry: number): boolean {
  const nameBytes = attributes.subarray(entry + entryBytes, entry + entryBytes + attributes[entry]);
  return attributes[entry + 1] === systemIndex && String.fromCharCode(...nameBytes) === dataName;
}

/** Whether an inode's attribute area begins with the magic number that says that there are attributes. */
export function hasAttributesInside(attributes: Uint8Array | undefined): boolean {
  return attributes !== undefined && [0, 0, 2, 0xea].every((byte, i) => attributes[i] === byte);
}

/** EXT4_XATTR_LEN(). */
function entryLength(nameBytes: number): number {
  return padded(nameBytes + entryBytes);
}

/** EXT4_XATTR_SIZE(). */
function padded(bytes: number): number {
  return (bytes + 3) & ~3;
}
