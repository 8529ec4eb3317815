import type { Viewport } from '../../core/view/index.ts';
import type { MapState } from './map-state.svelte.ts';
import { toAxisPosition } from './scene.ts';

const dragThresholdPx = 3;
const wheelZoom = 0.0016;
/** A pinch on a touchpad comes as a wheel with Ctrl, in much smaller portions. */
const pinchZoom = 0.01;

interface Press {
  readonly x: number;
  readonly view: Viewport;
  moved: boolean;
}

/** Mouse, pen, touch and wheel over the map: moving, zooming around the pointer, choosing what is under it. */
export class MapPointer {
  readonly #map: MapState;
  #press: Press | null = null;
  /** Fingers on the map, by their place; with two of them it is a pinch. */
  readonly #touches = new Map<number, number>();
  #pinch: { readonly spread: number; readonly view: Viewport } | null = null;

  constructor(map: MapState) {
    this.#map = map;
  }

  /** For `{@attach}`: a wheel listener that may prevent scrolling has to say that it is not passive. */
  readonly attach = (element: HTMLElement) => {
    const stop = new AbortController();
    const { signal } = stop;
    element.addEventListener('wheel', (event) => this.#wheel(event), { passive: false, signal });
    element.addEventListener('pointerdown', (event) => this.#down(element, event), { signal });
    element.addEventListener('pointermove', (event) => this.#move(event), { signal });
    element.addEventListener('pointerup', (event) => this.#up(event), { signal });
    element.addEventListener('pointercancel', (event) => this.#cancel(event), { signal });
    element.addEventListener('pointerleave', () => (this.#map.hover = null), { signal });
    element.addEventListener('dblclick', () => this.#map.zoomToSelection(), { signal });
    return () => stop.abort();
  };

  #wheel(event: WheelEvent): void {
    if (event.altKey) return;
    event.preventDefault();
    const { camera, scene, width } = this.#map;
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    if (sideways !== 0 && !event.ctrlKey) {
      camera.panBy(sideways / width);
      return;
    }
    const strength = event.ctrlKey ? pinchZoom : wheelZoom;
    camera.zoomBy(Math.exp(event.deltaY * strength), toAxisPosition(scene, event.offsetX));
  }

  #down(element: HTMLElement, event: PointerEvent): void {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    this.#touches.set(event.pointerId, event.offsetX);
    const { view } = this.#map.camera;
    this.#press = { x: event.offsetX, view, moved: this.#touches.size > 1 };
    this.#pinch = this.#touches.size === 2 ? { spread: this.#spread(), view } : null;
  }

  #move(event: PointerEvent): void {
    if (this.#touches.has(event.pointerId)) this.#touches.set(event.pointerId, event.offsetX);
    if (this.#pinch) this.#spreadTo(this.#pinch.spread, this.#pinch.view);
    else if (this.#press) this.#drag(this.#press, event.offsetX);
    else this.#map.hover = this.#map.at(event.offsetX, event.offsetY);
  }

  #drag(press: Press, x: number): void {
    const by = press.x - x;
    if (Math.abs(by) > dragThresholdPx) press.moved = true;
    if (!press.moved) return;
    const { from, to } = press.view;
    const blocks = (by / this.#map.width) * (to - from);
    this.#map.camera.jump({ from: from + blocks, to: to + blocks });
  }

  #spread(): number {
    const [one = 0, other = 0] = this.#touches.values();
    return Math.max(8, Math.abs(one - other));
  }

  #spreadTo(spread: number, { from, to }: Viewport): void {
    const [one = 0, other = 0] = this.#touches.values();
    const middle = from + ((one + other) / 2 / this.#map.width) * (to - from);
    const factor = spread / this.#spread();
    this.#map.camera.jump({ from: middle - (middle - from) * factor, to: middle + (to - middle) * factor });
  }

  #up(event: PointerEvent): void {
    if (this.#press && !this.#press.moved) this.#map.chooseAt(event.offsetX, event.offsetY);
    this.#cancel(event);
  }

  #cancel({ pointerId }: PointerEvent): void {
    this.#touches.delete(pointerId);
    this.#pinch = null;
    this.#press = null;
  }
}
