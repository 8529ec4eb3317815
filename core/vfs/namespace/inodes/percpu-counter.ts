/**
 * A counter that each CPU adds to on its own, folding what it gathered into the shared count once that reaches the
 * batch (lib/percpu_counter.c: percpu_counter_add_batch()). All steps of a plan run on one CPU, so there is one lag.
 */
export class PercpuCounter {
  readonly #batch: number;
  #count: number;
  #local = 0;

  /** `cpus` are those online; the batch grows with them (compute_batch_value()). */
  constructor(count: number, cpus: number) {
    this.#count = count;
    this.#batch = Math.max(32, 2 * cpus);
  }

  /** percpu_counter_read_positive(): the shared count, without what lags behind. */
  get read(): number {
    return Math.max(0, this.#count);
  }

  /** percpu_counter_sum(): everything. */
  get sum(): number {
    return this.#count + this.#local;
  }

  add(amount: number): void {
    this.#local += amount;
    if (Math.abs(this.#local) < this.#batch) return;
    this.#count += this.#local;
    this.#local = 0;
  }
}
