import { formatCount, plural } from '../../core/view/index.ts';
import { extentCount, type ResultModel } from '../state/model.ts';

/** One line that says what is so. */
export interface Verdict {
  readonly glyph: string;
  readonly word: string;
  readonly text: string;
  readonly tone: 'match' | 'predicted' | 'differs' | 'disturbed';
  readonly reasons: readonly string[];
}

export function verdictOf(model: ResultModel): Verdict {
  const { run } = model;
  if (!run) {
    const { uncertain } = model.predicted;
    const text = `${sizes(model, 'predicted')}, by ${profile(model)}`;
    if (uncertain)
      return { glyph: '?', word: 'Predicted in part', text, tone: 'predicted', reasons: uncertain.because };
    return { glyph: '◇', word: 'Predicted', text, tone: 'predicted', reasons: [] };
  }
  if (run.disturbed.length > 0) {
    const text = 'something else was at work, so this run proves nothing';
    return { glyph: '!', word: 'Disturbed', text, tone: 'disturbed', reasons: run.disturbed };
  }
  const differences = run.differences.map(({ text }) => spaced(text));
  if (!run.match || differences.length > 0) {
    // What would not have been seen may be why: told first, since the list is cut.
    const unwatched = (run.unwatched ?? []).map((text) => `not watched: ${text}`);
    const reasons = [...unwatched, ...differences];
    const text = `in ${plural(differences.length, 'place')} the kernel did not do what ${profile(model)} predicted`;
    return { glyph: '≠', word: 'Differs', text, tone: 'differs', reasons };
  }
  const analysed = model.files.some(({ predicted, actual }) => actual?.extents && !predicted?.extents);
  const subject = analysed
    ? 'Every step did what the rules say'
    : 'the kernel did exactly what was predicted';
  if (model.predicted.uncertain) {
    const text = `the kernel did nothing that ${profile(model)} declared impossible: ${sizes(model, 'actual')}`;
    const { because } = model.predicted.uncertain;
    return { glyph: '?', word: 'Match in part', text, tone: 'match', reasons: because };
  }
  return {
    glyph: '✓',
    word: 'Match',
    text: `${subject}: ${sizes(model, 'actual')}${analysed ? '' : `, ${profile(model)}`}`,
    tone: 'match',
    reasons: [],
  };
}

function sizes(model: ResultModel, side: 'predicted' | 'actual'): string {
  const outcome = model[side] ?? model.predicted;
  const parts = [plural(outcome.steps.length, 'step'), plural(model.files.length, 'file')];
  const layoutKnown = model.files.some((file) => file[side]?.extents);
  return (layoutKnown ? [...parts, plural(extentCount(model, side), 'extent')] : parts).join(', ');
}

function profile({ predicted }: ResultModel): string {
  const nearest = predicted.profileExact
    ? ''
    : ' (the nearest older profile; this kernel has none of its own)';
  return `${predicted.allocator}${nearest}`;
}

/** Block addresses in a sentence, as they are written everywhere else here: `at 37 416..37 419`. */
function spaced(text: string): string {
  return text.replace(/(?<=\bat |\.\.)\d{5,}/g, (digits) => formatCount(Number(digits)));
}
