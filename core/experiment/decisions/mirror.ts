import type { TraceSink } from '../../mballoc/index.ts';
import { DecisionAssembler } from './assemble.ts';
import type { Decision, DecisionTrace } from './decision.ts';

/** Takes the mirror's events while it executes a plan, and makes the plan's decisions of them. */
export class MirrorDecisions {
  readonly #mount: Decision[] = [];
  readonly #steps: Decision[][] = [];
  readonly #layouts: Decision[] = [];
  #current = this.#mount;
  readonly #assembler = new DecisionAssembler({ isOwn: true, givesReasons: true }, (decision) =>
    this.#current.push(decision),
  );
  readonly sink: TraceSink = (event) => this.#assembler.take(event);
  readonly #stepCount: number;

  constructor(stepCount: number) {
    this.#stepCount = stepCount;
  }

  /** What comes now belongs to the step at this place in the plan, or, behind the last one, to the layouts. */
  beginStep(index: number): void {
    this.#current = index < this.#stepCount ? (this.#steps[index] = []) : this.#layouts;
  }

  get trace(): DecisionTrace {
    return { mount: this.#mount, steps: this.#steps, layouts: this.#layouts };
  }
}
