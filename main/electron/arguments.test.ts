import { expect, it } from 'vitest';
import { readArguments, readOrder } from './arguments.ts';

it('takes names of files, from the folder of the start', () => {
  expect(readArguments(['a.json', '/b/c.untorn.json', '../d'], '/home/me')).toEqual({
    files: ['/home/me/a.json', '/b/c.untorn.json', '/home/d'],
  });
});

it('takes addresses of local files, as file managers give them', () => {
  expect(
    readArguments(['file:///tmp/a%20b.untorn.json', 'file://elsewhere/x', 'file:%'], '/home').files,
  ).toEqual(['/tmp/a b.untorn.json', '/home/file:/elsewhere/x', '/home/file:%']);
});

it('leaves flags to Chromium, up to --', () => {
  expect(readArguments(['--no-sandbox', '-x', 'a', '', '--', '-b'], '/')).toEqual({ files: ['/a', '/-b'] });
});

it('opens a handful, not a folder full', () => {
  expect(readArguments(Array<string>(50).fill('a'), '/').files).toHaveLength(8);
});

it('believes another start only what has the form', () => {
  expect(readOrder({ files: ['/a'] })).toEqual({ files: ['/a'] });
  expect(readOrder({ files: ['a'] })).toEqual({ files: [] });
  expect(readOrder('--files=/a')).toEqual({ files: [] });
});
