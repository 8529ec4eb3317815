const units = ['TiB', 'GiB', 'MiB', 'KiB'] as const;

/** A size as people write it: `16 KiB`, `1536 bytes`; the largest binary unit that divides it. */
export function sizeInWords(bytes: number): string {
  let unitBytes = 2 ** 40;
  for (const unit of units) {
    if (bytes >= unitBytes && bytes % unitBytes === 0) return `${bytes / unitBytes} ${unit}`;
    unitBytes /= 1024;
  }
  return bytes === 1 ? '1 byte' : `${bytes} bytes`;
}

/** A window as people write it: `4 KiB to 64 KiB`, `4 KiB only`. */
export function windowInWords(window: { readonly minBytes: number; readonly maxBytes: number }): string {
  if (window.minBytes === window.maxBytes) return `${sizeInWords(window.minBytes)} only`;
  return `${sizeInWords(window.minBytes)} to ${sizeInWords(window.maxBytes)}`;
}
