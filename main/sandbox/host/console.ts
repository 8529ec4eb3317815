import { stripVTControlCharacters } from 'node:util';

/** The end of what a guest's console has said: enough to tell why a guest died. */
export class ConsoleTail {
  #text = '';

  add(chunk: Buffer | string): void {
    this.#text = (this.#text + chunk.toString()).slice(-longestTail);
  }

  /** Everything that is kept. */
  get text(): string {
    return this.#text;
  }

  /**
   * The line that tells most: a panic or a complaint of the first process where there is one, else the last line. Null where the
   * console has said nothing.
   */
  lastWord(): string | null {
    const lines = this.#text
      .split(/[\r\n]+/)
      .map(plain)
      .filter((line) => line !== '');
    const telling = lines.findLast((line) =>
      /Kernel panic|BUG:|Out of memory|untorn-init:|SIGBUS/.test(line),
    );
    return telling ?? lines.at(-1) ?? null;
  }
}

const longestTail = 65_536;

/** Without time stamps, log levels and control sequences. */
function plain(line: string): string {
  return stripVTControlCharacters(line)
    .replace(/^(<\d>)?(\[\s*\d+\.\d+\]\s*)?/, '')
    .trim();
}
