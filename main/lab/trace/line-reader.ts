const bufferBytes = 65536;

/** Cuts bytes into lines, whatever pieces they come in. */
export class LineCutter {
  readonly #decoder = new TextDecoder();
  #rest = '';

  /** All lines that are complete by now. */
  cut(bytes: Uint8Array): string[] {
    const parts = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#rest = parts.pop() ?? '';
    return parts;
  }
}

/** Cuts what a pipe gives into lines. */
export class LineReader {
  readonly #read: (buffer: Uint8Array) => number;
  readonly #buffer = new Uint8Array(bufferBytes);
  readonly #cutter = new LineCutter();

  /** `read` fills a buffer and returns how many bytes came; 0 where none are there. */
  constructor(read: (buffer: Uint8Array) => number) {
    this.#read = read;
  }

  /** All lines that are complete by now. */
  lines(): string[] {
    const lines: string[] = [];
    for (let bytes = this.#read(this.#buffer); bytes > 0; bytes = this.#read(this.#buffer)) {
      for (const line of this.#cutter.cut(this.#buffer.subarray(0, bytes))) lines.push(line);
    }
    return lines;
  }
}
