import * as v from 'valibot';
import { sizeFromText } from '../../core/experiment/plan.ts';

/** What is wrong with a field of a form. */
export interface FieldIssue {
  readonly field: string;
  readonly message: string;
}

/** Fields that storms, shutdowns and armed runs have in common, as they are typed. */
export class SharedFields {
  units = $state('16KiB');
  writers = $state('4');
  depth = $state('1');
  engine = $state<'threads' | 'io_uring'>('threads');
  sync = $state<'none' | 'dsync' | 'fsync'>('dsync');
  atomic = $state(false);
  direct = $state(true);
  overlapping = $state(false);
  seed = $state('');

  protected get sharedInput(): Record<string, unknown> {
    return {
      unitBytes: this.units.split(',').map((text) => sizeOf(text)),
      writers: numberOf(this.writers),
      depth: numberOf(this.depth),
      engine: this.engine,
      sync: this.sync,
      atomic: this.atomic,
      direct: this.direct,
      overlapping: this.overlapping,
      ...given('seed', this.seed, numberOf),
    };
  }
}

export function given<T>(name: string, text: string, read: (text: string) => T): Record<string, T> {
  return text.trim() === '' ? {} : { [name]: read(text) };
}

/** What is no number is left to the schema to refuse. */
export function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

export function sizeOf(text: string): number {
  const trimmed = text.trim();
  return /^\d+$/.test(trimmed) ? Number(trimmed) : (sizeFromText(trimmed) ?? Number.NaN);
}

export function issueOf(issue: v.BaseIssue<unknown>): FieldIssue {
  const [field = ''] = (v.getDotPath(issue) ?? '').split('.');
  const isNumber = issue.kind === 'schema' && Number.isNaN(issue.input);
  return { field, message: isNumber ? 'must be a number, or a size such as 16KiB' : issue.message };
}

const fieldOfFlag: Readonly<Record<string, string>> = {
  '--block': 'blockBytes',
  '--unit': 'unitBytes',
  '--rate': 'writesPerSecond',
  '--size': 'sizeBytes',
  '--buffered': 'direct',
};

/** The field of a form that an error of the service is about; `path` where it is about the target. */
export function fieldOfPlace(place: string): string {
  return fieldOfFlag[place] ?? (place.startsWith('--') ? place.slice(2) : 'path');
}
