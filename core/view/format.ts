/** How addresses are written: in blocks with thin spaces, in bytes, or in bytes as hex. */
export type AddressForm = 'blocks' | 'bytes' | 'hex';
export const addressForms = ['blocks', 'bytes', 'hex'] as const;

const thinSpace = '\u2009';

/** `1 234 567`, with thin spaces from five digits on. */
export function formatCount(value: number): string {
  const digits = String(value);
  return digits.length < 5 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, thinSpace);
}

/** The address of a block in the chosen form. */
export function formatAddress(block: number, form: AddressForm, blockBytes: number): string {
  if (form === 'blocks') return formatCount(block);
  const bytes = BigInt(block) * BigInt(blockBytes);
  return form === 'bytes' ? formatCount(Number(bytes)) : `0x${bytes.toString(16)}`;
}

/**
 * A run of blocks in the chosen form, both ends included as filefrag and mke2fs write them: blocks as `8..11`, else the
 * first and the last byte.
 */
export function formatSpan(first: number, length: number, form: AddressForm, blockBytes: number): string {
  const from = formatAddress(first, form, blockBytes);
  if (form === 'blocks') return `${from}..${formatCount(first + length - 1)}`;
  const last = BigInt(first + length) * BigInt(blockBytes) - 1n;
  return `${from}..${form === 'hex' ? `0x${last.toString(16)}` : formatCount(Number(last))}`;
}

const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `16 KiB`; a fraction of at most two digits where it is not whole, so never more exact than it says. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < binaryUnits.length - 1) {
    value /= 1024;
    unit++;
  }
  const text = Number.isInteger(value) ? String(value) : value.toFixed(2).replace(/0$/, '');
  return `${text}\u00a0${binaryUnits[unit]}`;
}

/** `1 extent`, `2 extents`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)}\u00a0${count === 1 ? one : many}`;
}
