import { parser } from '@lezer/json';
import { expect, it } from 'vitest';
import { rangeOfPlace } from './place.ts';

const text =
  '{ "version": 1, "target": { "size": "x" }, "steps": [ { "op": "sync" }, { "op": "close", "file": 7 } ] }';

function at(place: string, source = text): string {
  const { from, to } = rangeOfPlace(parser.parse(source), (start, end) => source.slice(start, end), place);
  return `${from}:${source.slice(from, to)}`;
}

it.each([
  ['version', '1'],
  ['target.size', '"x"'],
  ['steps[1].file', '7'],
  ['steps[0].op', '"sync"'],
])('finds %s', (place, value) => {
  expect(at(place).split(':')[1]).toBe(value);
});

it('marks the nearest thing around a field that is not there', () => {
  expect(at('steps[0].file')).toBe(`${text.indexOf('{ "op": "sync"')}:{`);
  expect(at('steps[9]')).toBe(`${text.indexOf('[')}:[`);
  expect(at('the plan')).toBe('0:{');
});

it('finds what is not JSON', () => {
  expect(at('JSON', '{ "a": 1, }').split(':')[0]).toBe('10');
  expect(at('JSON', '')).toBe('0:');
});
