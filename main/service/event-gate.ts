/**
 * Lets events of some kinds through at most every so often, the latest of each, and all others at once: however fast a
 * run talks, the channel and the view have little to do.
 */
export class EventGate<Event extends { readonly type: string }> {
  readonly #emit: (event: Event) => void;
  readonly #held: ReadonlySet<Event['type']>;
  readonly #everyMs: number;
  readonly #waiting = new Map<string, Event>();
  #timer: NodeJS.Timeout | null = null;

  /** @param held Kinds of which only the latest counts. */
  constructor(emit: (event: Event) => void, held: readonly Event['type'][], everyMs = 200) {
    this.#emit = emit;
    this.#held = new Set(held);
    this.#everyMs = everyMs;
  }

  pass(event: Event): void {
    if (!this.#held.has(event.type)) {
      // What came before it is told before it.
      this.#flush();
      this.#emit(event);
      return;
    }
    this.#waiting.set(event.type, event);
    if (this.#timer === null) this.#open();
  }

  /** Tells what waits; nothing comes later by itself. */
  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#flush();
  }

  #open(): void {
    this.#flush();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#waiting.size > 0) this.#open();
    }, this.#everyMs);
  }

  #flush(): void {
    for (const event of this.#waiting.values()) this.#emit(event);
    this.#waiting.clear();
  }
}
