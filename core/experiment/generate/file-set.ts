import type { Random } from './random.ts';

/** What the generator believes to exist while it invents a plan; the kernel may see it otherwise, and that is fine. */
export class FileSet {
  readonly #sizes = new Map<string, number>();
  readonly #folders: string[] = [];
  #made = 0;

  get count(): number {
    return this.#sizes.size;
  }

  names(): string[] {
    return [...this.#sizes.keys()];
  }

  /** Bytes that the file is thought to have. */
  sizeOf(file: string): number {
    return this.#sizes.get(file) ?? 0;
  }

  /** A name not used before, in the root or in one of the plan's folders. */
  add(random: Random): string {
    const folder = this.#folders.length > 0 && random.chance(50) ? `${random.pick(this.#folders)}/` : '';
    const file = `${folder}f${this.#made++}`;
    this.#sizes.set(file, 0);
    return file;
  }

  addFolder(random: Random): string {
    const parent = this.#folders.length > 0 && random.chance(25) ? `${random.pick(this.#folders)}/` : '';
    const folder = `${parent}d${this.#made++}`;
    this.#folders.push(folder);
    return folder;
  }

  grow(file: string, end: number): void {
    this.#sizes.set(file, Math.max(this.sizeOf(file), end));
  }

  resize(file: string, size: number): void {
    this.#sizes.set(file, size);
  }

  remove(file: string): void {
    this.#sizes.delete(file);
  }
}
