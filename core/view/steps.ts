import type { Step } from '../experiment/plan.ts';
import { formatBytes, formatCount } from './format.ts';

/** The file or prefix that a step is about, or an empty text. */
export function stepFile(step: Step): string {
  if ('file' in step) return step.file;
  return 'prefix' in step ? `${step.prefix}*` : '';
}

/** What a step does to its file, in one line: `0 +16 KiB atomic dsync`. */
export function stepDetail(step: Step): string {
  switch (step.op) {
    case 'create':
    case 'open':
      return step.direct ? '' : 'buffered';
    case 'write':
      return words(
        range(step.offset, step.length),
        step.direct ? '' : 'buffered',
        step.atomic ? 'atomic' : '',
        step.sync === 'none' ? '' : step.sync,
        step.vectors === 1 ? '' : `${step.vectors} vectors`,
      );
    case 'fallocate':
      return words(range(step.offset, step.length), ...step.mode);
    case 'truncate':
      return `to ${formatBytes(step.size)}`;
    case 'many':
      return words(`${formatCount(step.count)} ×`, formatBytes(step.length), step.how);
    case 'unlink-every':
      return `${step.start}, ${step.start + step.step}, … below ${formatCount(step.count)}`;
    default:
      return '';
  }
}

function range(offset: number, length: number): string {
  return `${offset === 0 ? '0' : formatBytes(offset)} +${formatBytes(length)}`;
}

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
