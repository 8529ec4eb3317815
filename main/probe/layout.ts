import { unitShare, type Known, type Window } from '../../core/atomic/index.ts';
import type { ProbeEnvironment } from './environment.ts';
import type { Layout } from './passport.ts';

/** Without a window these are the units that people ask for. */
const usual: Window = { minBytes: 4096, maxBytes: 65536 };
const largestShown = 2 ** 20;

/** How the units of a file lie now, for every length that it takes; FIEMAP needs the right to read the file. */
export async function layoutOf(
  path: string,
  fileBytes: number,
  window: Known<Window> | null,
  { extents }: ProbeEnvironment,
): Promise<Layout | null> {
  if (!extents) return null;
  try {
    const found = await extents(path);
    const { minBytes, maxBytes } = window === null || window === 'unknown' ? usual : window;
    const lengths: number[] = [];
    for (let length = minBytes; length <= Math.min(maxBytes, largestShown); length *= 2) lengths.push(length);
    return { kind: 'read', shares: lengths.map((length) => unitShare(found, fileBytes, length)) };
  } catch (error) {
    return { kind: 'unread', why: (error as Error).message };
  }
}
