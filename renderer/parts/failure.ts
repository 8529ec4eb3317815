import type { RpcError } from '../../core/rpc/index.ts';

/** How work ended that failed, for the headline: `word` is what there is none of now. */
export function endOfFailure({ code, message }: RpcError, word: string) {
  if (code === 'cancelled')
    return {
      ...{ glyph: '–', tone: '', word: 'Cancelled.' },
      text: 'Everything that was made has been removed.',
    };
  return { glyph: '✕', tone: 'tone-differs', word, text: message, plain: true };
}
