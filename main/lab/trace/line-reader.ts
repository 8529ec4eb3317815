const bufferBytes = 65536;

/** Cuts what a pipe gives into lines, whatever pieces it gives them in. */
export class LineReader {
  readonly #read: (buffer: Uint8Array) => number;
  readonly #buffer = new Uint8Array(bufferBytes);
  readonly #decoder = new TextDecoder();
  #rest = '';

  /** `read` fills a buffer and returns how many bytes came; 0 where none are there. */
  constructor(read: (buffer: Uint8Array) => number) {
    this.#read = read;
  }

  /** All lines that are complete by now. */
  lines(): string[] {
    const lines: string[] = [];
    for (let bytes = this.#read(this.#buffer); bytes > 0; bytes = this.#read(this.#buffer)) {
      const text = this.#rest + this.#decoder.decode(this.#buffer.subarray(0, bytes), { stream: true });
      const parts = text.split('\n');
      this.#rest = parts.pop() ?? '';
      for (const part of parts) lines.push(part);
    }
    return lines;
  }
}
