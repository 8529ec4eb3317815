/** What has to be undone, latest first, whatever happens in between. */
export class Cleanup {
  readonly #undo: (() => Promise<void> | void)[] = [];

  add(undo: () => Promise<void> | void): void {
    this.#undo.push(undo);
  }

  /** Undoes everything once; goes on past failures and throws the first of them at the end. */
  async run(): Promise<void> {
    let first: { readonly error: unknown } | null = null;
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) {
      try {
        await undo();
      } catch (error) {
        first ??= { error };
      }
    }
    if (first) throw first.error;
  }
}
