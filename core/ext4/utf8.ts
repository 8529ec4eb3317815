/** Names on ext4 are bytes; people and plans write them as UTF-8. (core has no TextEncoder.) */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000)
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    else
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 0x3f),
        0x80 | ((code >> 6) & 0x3f),
        0x80 | (code & 0x3f),
      );
  }
  return new Uint8Array(bytes);
}

/** The text of `bytes`, U+FFFD for each byte that is not part of well-formed UTF-8. For showing, not for comparing. */
export function decodeUtf8(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const [code, length] = decodeOne(bytes, at);
    text += String.fromCodePoint(code);
    at += length;
  }
  return text;
}

const replacement = 0xfffd;
const shortest = [0, 0, 0x80, 0x800, 0x10000];

function decodeOne(bytes: Uint8Array, at: number): [code: number, length: number] {
  const first = bytes[at] as number;
  if (first < 0x80) return [first, 1];
  const length =
    first >= 0xf0 && first < 0xf8
      ? 4
      : first >= 0xe0 && first < 0xf0
        ? 3
        : first >= 0xc0 && first < 0xe0
          ? 2
          : 0;
  if (length === 0 || at + length > bytes.length) return [replacement, 1];
  let code = first & (0xff >> (length + 1));
  for (let next = 1; next < length; next++) {
    const byte = bytes[at + next] as number;
    if ((byte & 0xc0) !== 0x80) return [replacement, 1];
    code = (code << 6) | (byte & 0x3f);
  }
  const wellFormed =
    code >= (shortest[length] as number) && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return wellFormed ? [code, length] : [replacement, 1];
}

/** Text of a fixed field that a zero byte may end early. */
export function decodeField(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeUtf8(end < 0 ? bytes : bytes.subarray(0, end));
}

/** True when two names are the same bytes. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}
