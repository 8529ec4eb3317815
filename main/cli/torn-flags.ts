import { InvalidArgumentError, Option } from 'commander';
import { sizeFromText } from '../../core/experiment/plan.ts';
import type { Console } from './console.ts';
import type { ExitCode } from './exit.ts';

/** Flags that commands of `untorn torn` share, and how their values are read. */

/** Says what a command does once the command line is understood. */
export type Pick = (act: (console: Console, signal: AbortSignal) => Promise<ExitCode>) => void;

export function json(): Option {
  return new Option('--json', 'one JSON object on standard output, nothing else there');
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
  const bytes = /^(0|[1-9][0-9]*)$/.test(text) ? Number(text) : sizeFromText(text);
  if (bytes === null || !Number.isSafeInteger(bytes) || bytes === 0)
    throw new InvalidArgumentError('It must be a number of bytes above 0, or a text such as 16KiB.');
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
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 2 ** 32 - 1)
    throw new InvalidArgumentError('It must be a whole number from 0 to 4294967295.');
  return value;
}
