/**
 * A name as directory entries hold it: bytes, at most 255 of them. `key` is the same bytes as one character each, so
 * that names can be keys of a Map whatever their encoding is.
 */
export interface Name {
  readonly bytes: Uint8Array;
  readonly key: string;
}

/** EXT4_NAME_LEN: the longest name, in bytes. */
export const longestNameBytes = 255;

/** The name that these bytes spell. The bytes are not copied. */
export function nameOfBytes(bytes: Uint8Array): Name {
  return { bytes, key: keyOf(bytes, 0, bytes.length) };
}

/** {@link Name.key} of `length` bytes at `start`. */
export function keyOf(bytes: Uint8Array, start: number, length: number): string {
  let key = '';
  for (let i = start; i < start + length; i++) key += String.fromCharCode(bytes[i]);
  return key;
}
