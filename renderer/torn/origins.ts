import type { PlainOrigin } from '../../core/torn/index.ts';

export type BlockOrigin = PlainOrigin;

/** Whose bytes, in words. */
export function originText(origin: BlockOrigin): string {
  switch (origin.kind) {
    case 'write':
      return origin.generation === 0
        ? 'before the first write'
        : `generation ${origin.generation} of writer ${origin.writer}`;
    case 'zeros':
      return 'zeros from before the first write';
    case 'other-run':
      return `another run (${origin.run})`;
    case 'nobody':
      return 'nobody';
  }
}
