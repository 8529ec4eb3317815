import type { Page } from 'playwright-core';
import type { Layers } from '../../core/experiment/layers/index.ts';
import type { Laboratory } from '../../main/service/index.ts';
import { mapIdle, openBrowser, openPage, planNamed, serveOver } from '../browser/harness.ts';
import { showLayers } from '../browser/map-stage.ts';
import { standIn } from '../browser/stand-in.ts';

/** Frames come as fast as they are done, so that the time between two of them is what one takes. */
const unlimited = ['--disable-frame-rate-limit', '--disable-gpu-vsync'];

/** A way to move the map: one wheel event for each frame, as a hand would make them. */
interface Course {
  readonly name: string;
  readonly frames: number;
  readonly wheel: { readonly deltaX?: number; readonly deltaY?: number };
}

/** From everything down to single extents and back again, and sideways at four distances. */
const zoomIn = (frames: number): Course => ({ name: 'zoom', frames, wheel: { deltaY: -100 } });
const zoomOut = (frames: number): Course => ({ name: 'zoom', frames, wheel: { deltaY: 100 } });
const panRight: Course = { name: 'pan', frames: 60, wheel: { deltaX: 30 } };
const panLeft: Course = { name: 'pan', frames: 60, wheel: { deltaX: -30 } };
const courses: readonly Course[] = [
  zoomIn(75),
  panRight,
  panLeft,
  zoomOut(20),
  panRight,
  zoomOut(20),
  panLeft,
  zoomOut(20),
  panRight,
  panLeft,
  zoomOut(20),
  zoomIn(75),
  zoomOut(80),
];

interface Frame {
  /** From one frame to the next: event, state, drawing, rasterising and composing. */
  readonly wholeMs: number;
  /** Of it, what our own code took of the main thread: the event, and the callbacks of the frame. */
  readonly ownMs: number;
}

/** Of each layer as much as the service tells at most (core/rpc/mirror.ts), evenly over the volume. */
const itemsMax = 8192;
const fullLayers: Layers = (() => {
  const blocks = 2 ** 20;
  const each = blocks / itemsMax;
  const starts = Array.from({ length: itemsMax }, (_, at) => at * each);
  const cells = (shift: number) => starts.flatMap((first) => [first + shift, each / 2, each / 4]);
  return {
    before: cells(0),
    after: cells(8),
    waiting: cells(each / 2),
    buddies: starts.flatMap((first, at) => [first, at % 6]),
    preallocations: starts.map((physical, at) => {
      const whose = at % 2 === 0 ? ('file' as const) : ('small-files' as const);
      return { for: whose, file: 'large', ino: 12, logical: at, physical, length: each / 4 };
    }),
    groups: Array.from({ length: 32 }, (_, group) => [group, 9000, 8000, 250, 64, 16, 500]).flat(),
    untold: 0,
  };
})();

const layered: Laboratory = {
  ...standIn,
  predict: async (plan, work) => {
    const prediction = await standIn.predict(plan, work);
    return work.layers ? { ...prediction, layers: fullLayers } : prediction;
  },
};

/**
 * Frame times of pan and zoom over a million extents on each side: the real renderer in headless Chromium without a GPU,
 * a canvas of the size that a window of 1440 by 900 gives it. Told, never asserted.
 */
export async function benchMap(): Promise<void> {
  const { browser, close } = await openBrowser(unlimited);
  const server = await serveOver(layered);
  try {
    const { page } = await openPage(browser, server.url);
    await page.addInitScript(timeCallbacks);
    await page.addInitScript((text) => {
      if (location.protocol === 'http:') sessionStorage.setItem('untorn.plan', text);
    }, planNamed('million differs'));
    // Not a reload: the address names what is on the bench by now.
    await page.goto('about:blank');
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Run and compare' }).click();
    await page.getByText('Differs', { exact: true }).waitFor({ timeout: 180_000 });
    await mapIdle(page);
    await tellRides(page, '');
    await showLayers(page, 'free before', 'free now', 'buddies', 'preallocated');
    await page.keyboard.press('v');
    await page
      .getByRole('grid', { name: /^The volume/ })
      .getByText('8000')
      .first()
      .waitFor();
    await tellRides(page, ', all layers and their table');
    const size = await page
      .locator('.canvas canvas')
      .evaluate((one) => `${one.clientWidth} by ${one.clientHeight}`);
    console.log(`canvas of ${size} pixels, Chromium ${browser.version()}`);
  } finally {
    await close();
    await server.close();
  }
}

/** Three rides, behind one that nobody counts. */
async function tellRides(page: Page, how: string): Promise<void> {
  await ride(page, courses);
  const rides = [await ride(page, courses), await ride(page, courses), await ride(page, courses)];
  for (const name of ['pan', 'zoom'])
    tell(
      `${name}${how}`,
      rides.flatMap((ride) => ride.get(name) ?? []),
    );
}

/** Before the page's own scripts: adds up what callbacks of frames take, for {@link ride} to read. */
function timeCallbacks(): void {
  const request = window.requestAnimationFrame.bind(window);
  const timed = window as unknown as { untornCallbackMs: number };
  timed.untornCallbackMs = 0;
  window.requestAnimationFrame = (callback) =>
    request((now) => {
      const began = performance.now();
      callback(now);
      timed.untornCallbackMs += performance.now() - began;
    });
}

async function ride(page: Page, along: readonly Course[]): Promise<Map<string, readonly Frame[]>> {
  const frames = await page.evaluate(async (list) => {
    const canvas = document.querySelector('.canvas canvas');
    if (!canvas) throw new Error('there is no map');
    const { left, top, width } = canvas.getBoundingClientRect();
    const timed = window as unknown as { untornCallbackMs: number };
    const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const told: { name: string; wholeMs: number; ownMs: number }[] = [];
    for (const { name, frames: count, wheel } of list) {
      await nextFrame();
      for (let frame = 0; frame < count; frame++) {
        timed.untornCallbackMs = 0;
        const began = performance.now();
        const place = { clientX: left + width * 0.57, clientY: top + 60, bubbles: true, cancelable: true };
        canvas.dispatchEvent(new WheelEvent('wheel', { ...place, ...wheel }));
        await Promise.resolve();
        const handled = performance.now() - began;
        await nextFrame();
        told.push({ name, wholeMs: performance.now() - began, ownMs: handled + timed.untornCallbackMs });
      }
    }
    return told;
  }, along);
  const byName = new Map<string, Frame[]>();
  for (const { name, ...frame } of frames) byName.set(name, [...(byName.get(name) ?? []), frame]);
  return byName;
}

function tell(name: string, frames: readonly Frame[]): void {
  const text = (times: readonly number[]) => {
    const sorted = times.toSorted((one, other) => one - other);
    const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(1);
    return `median ${at(0.5)} ms, 95th percentile ${at(0.95)} ms, slowest ${at(1)} ms`;
  };
  console.log(`${name}, ${frames.length} frames: ${text(frames.map(({ wholeMs }) => wholeMs))}`);
  console.log(`  of it our own code: ${text(frames.map(({ ownMs }) => ownMs))}`);
}
