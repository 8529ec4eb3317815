import {
  around,
  between,
  clamp,
  pan,
  reveal,
  toBlock,
  toPosition,
  wholeOf,
  zoom,
  type Axis,
  type Viewport,
} from '../../core/view/index.ts';

const journeyMs = 180;

/** What part of the axis is on screen, and every way to move it. */
export class Camera {
  view = $state.raw<Viewport>({ from: 0, to: 1 });
  /** Whether a journey is under way. */
  travelling = $state(false);
  private readonly axisLength: () => number;
  private journey = 0;

  constructor(axisLength: () => number) {
    this.axisLength = axisLength;
  }

  /** Everything at once, without a journey: for a new axis. */
  reset(): void {
    this.jump(wholeOf(this.axisLength()));
  }

  /** The axis is another one: what was on screen stays there, and everything stays everything. */
  carry(from: Axis, to: Axis): void {
    const whole = wholeOf(from.length);
    const { view } = this;
    if (view.to - view.from > 0.98 * (whole.to - whole.from)) this.jump(wholeOf(to.length));
    else this.jump({ from: carried(from, to, view.from), to: carried(from, to, view.to) });
  }

  /** Keeps `anchor` (a position) where it is; by default the middle. */
  zoomBy(factor: number, anchor = (this.view.from + this.view.to) / 2): void {
    this.jump(zoom(this.view, factor, anchor, this.axisLength()));
  }

  /** By a share of the width, to the right where it is positive. */
  panBy(share: number): void {
    this.jump(pan(this.view, share, this.axisLength()));
  }

  /** Shows exactly this, as far as the axis allows. */
  jump(view: Viewport): void {
    this.journey++;
    this.travelling = false;
    this.view = clamp(view, this.axisLength());
  }

  centreOn(position: number): void {
    const half = (this.view.to - this.view.from) / 2;
    this.jump({ from: position - half, to: position + half });
  }

  showAll(): void {
    this.travel(wholeOf(this.axisLength()));
  }

  /** Moves only as far as needed to see [from, to). */
  reveal(from: number, to: number): void {
    const target = reveal(this.view, from, to, this.axisLength());
    if (target !== this.view) this.travel(target);
  }

  zoomTo(from: number, to: number): void {
    this.travel(around(from, to, this.axisLength()));
  }

  /** A jump is drawn as a short movement, so that one sees where it led; not for who wants no motion. */
  private travel(target: Viewport): void {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.jump(target);
      return;
    }
    const start = this.view;
    const began = performance.now();
    const mine = ++this.journey;
    this.travelling = true;
    const step = (now: number) => {
      if (mine !== this.journey) return;
      const share = Math.min(1, Math.max(0, (now - began) / journeyMs));
      this.view = between(start, target, share);
      this.travelling = share < 1;
      if (this.travelling) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }
}

function carried(from: Axis, to: Axis, position: number): number {
  return toPosition(to, toBlock(from, position));
}
