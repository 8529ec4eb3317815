import { expect, it } from 'vitest';
import { ownArguments, readArguments, readOrder } from './arguments.ts';

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

it('takes every name for a name: none becomes a flag, an address, or another path', () => {
  const names = [
    'a b.json',
    '$(reboot).json',
    '\u202egnp.json',
    'line\nbreak.json',
    '\ufffd\ufffd.json',
    'https:x.json',
    'data:,{}',
  ];
  expect(readArguments(names, '/d').files).toEqual(names.map((name) => `/d/${name}`));
  // Of an address, what stands for no path of this machine stays as it was written, and is not found.
  const addresses = ['file:///a%2fb', 'file:///a%ff', 'file://host/a', 'file:///a%00'];
  expect(readArguments(addresses, '/d').files).toEqual([
    '/d/file:/a%2fb',
    '/d/file:/a%ff',
    '/d/file:/host/a',
    '/d/file:/a%00',
  ]);
});

it('begins behind the program, or behind the folder of an app that is not packed', () => {
  expect(ownArguments(['untorn-desktop', '--x', 'a'], null)).toEqual(['--x', 'a']);
  expect(ownArguments(['electron', '/app', 'a'], '/app')).toEqual(['a']);
  expect(ownArguments(['electron', '--enable-logging', '/app/', 'a', '/app'], '/app')).toEqual(['a', '/app']);
  expect(ownArguments(['electron', '/link-to-app', 'a'], '/app')).toEqual(['a']);
});
