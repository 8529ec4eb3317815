import type { Page } from 'playwright-core';
import { mapIdle, openBrowser, openPage, planNamed, serveOver } from '../browser/harness.ts';
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

/**
 * Frame times of pan and zoom over a million extents on each side: the real renderer in headless Chromium without a GPU,
 * a canvas of the size that a window of 1440 by 900 gives it. Told, never asserted.
 */
export async function benchMap(): Promise<void> {
  const { browser, close } = await openBrowser(unlimited);
  const server = await serveOver(standIn);
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
    await ride(page, courses);
    const rides = [await ride(page, courses), await ride(page, courses), await ride(page, courses)];
    for (const name of ['pan', 'zoom'])
      tell(
        name,
        rides.flatMap((ride) => ride.get(name) ?? []),
      );
    const size = await page
      .locator('.canvas canvas')
      .evaluate((one) => `${one.clientWidth} by ${one.clientHeight}`);
    console.log(`canvas of ${size} pixels, Chromium ${browser.version()}`);
  } finally {
    await close();
    await server.close();
  }
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
