/**
 * A percpu_counter (lib/percpu_counter.c) that is changed on CPU 0 only: small changes stay with the CPU and are folded
 * into the value that others read once they reach the batch.
 */
export class PercpuCounter {
  #folded: number;
  #local = 0;
  readonly #batch: number;

  constructor(value: number, cpus: number) {
    this.#folded = value;
    this.#batch = Math.max(32, 2 * cpus);
  }

  /** percpu_counter_sum(). */
  get sum(): number {
    return this.#folded + this.#local;
  }

  /** percpu_counter_read_positive(). */
  get read(): number {
    return Math.max(this.#folded, 0);
  }

  /** percpu_counter_add(). */
  add(amount: number): void {
    const local = this.#local + amount;
    if (Math.abs(local) >= this.#batch) {
      this.#folded += local;
      this.#local = 0;
    } else {
      this.#local = local;
    }
  }
}
