import { InvalidArgumentError, Option } from 'commander';
import { sizeFromText } from '../../core/experiment/plan.ts';
import type { Console } from './console.ts';
import type { ExitCode } from './exit.ts';

/** Flags that commands share, and how their values are read. */

/** What a command does; it returns its exit code, or throws. */
export type Act = (console: Console, signal: AbortSignal) => Promise<ExitCode>;

/** Says what a command does once the command line is understood, and whether leftovers of killed runs are looked for first. */
export type Pick = (act: Act, looksForLeftovers?: boolean) => void;

export function json(): Option {
  return new Option('--json', 'one JSON object on standard output, nothing else there');
}

export function junit(): Option {
  return new Option('--junit <file>', 'the result as JUnit too');
}

export function save(): Option {
  return new Option('--save', 'keeps the result in the history (untorn runs)');
}

export function seed(): Option {
  return new Option('--seed <number>', 'draws the same writes and moments again').argParser(count);
}

export function units(): Option {
  return new Option('--unit <sizes>', 'lengths of units, as 16KiB or 4KiB,64KiB (16KiB)').argParser(sizes);
}

export function block(): Option {
  return new Option('--block <size>', 'stamped blocks (the logical sector)').argParser(size);
}

export function writers(): Option {
  return new Option('--writers <number>', 'writers (4)').argParser(atLeastOne);
}

export function atomic(): Option {
  return new Option('--atomic', 'with RWF_ATOMIC');
}

export function buffered(): Option {
  return new Option('--buffered', 'through the page cache');
}

/** `sync none` promises nothing that a power cut could break. */
export function sync(...more: readonly 'none'[]): Option {
  return new Option('--sync <how>', 'what makes an acknowledgement durable (dsync)').choices([
    ...more,
    'dsync',
    'fsync',
  ]);
}

export function destroy(): Option {
  return new Option(
    '--destroy <id>',
    'serial number, WWN or path of the device or file whose contents may be lost',
  );
}

export function sizes(text: string): number[] {
  return text.split(',').map(size);
}

export function size(text: string): number {
  const bytes = sizeOrZero(text);
  if (bytes > 0) return bytes;
  throw new InvalidArgumentError('It must be a number of bytes above 0, or a text such as 16KiB.');
}

export function sizeOrZero(text: string): number {
  const bytes = /^(0|[1-9][0-9]*)$/.test(text) ? Number(text) : sizeFromText(text);
  if (bytes === null || !Number.isSafeInteger(bytes))
    throw new InvalidArgumentError('It must be a number of bytes, or a text such as 16KiB.');
  return bytes;
}

export function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0 || value > 1e7)
    throw new InvalidArgumentError('It must be a number of seconds above 0.');
  return value;
}

export function atLeastOne(text: string): number {
  if (count(text) > 0) return count(text);
  throw new InvalidArgumentError('It must be at least 1.');
}

export function count(text: string): number {
  return wholeNumber(text, 0, 2 ** 32 - 1);
}

export function wholeNumber(text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  return value;
}
