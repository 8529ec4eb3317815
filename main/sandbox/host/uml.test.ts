import { expect, it } from 'vitest';
import { Unable } from '../../failure.ts';
import { umlMachine } from './uml.ts';

const kernel = { machine: 'uml', path: '/k', release: '7.2.7', modules: null, libraries: null } as const;
const wordsOf = (project: string) =>
  umlMachine(kernel, { node: '/usr/bin/node', project }, 1, '/tmp/untorn-x').command;

it('leaves a path as it is that is one word', () => {
  expect(wordsOf('/srv/Ördner')).toContain('init=/srv/Ördner/native/build/untorn-init');
});

it('puts a path with spaces into quotes, for its kernel splits the line there', () => {
  const words = wordsOf('/home/a user/untorn');
  expect(words).toContain('init="/home/a user/untorn/native/build/untorn-init"');
  expect(words.slice(words.indexOf('--') + 1)).toEqual([
    '/usr/bin/node',
    '"/home/a user/untorn/dist/main/sandbox/guest/entry.js"',
    '/dev/tty1',
  ]);
});

it('says where a path cannot be told', () => {
  expect(() => wordsOf('/srv/a "b"')).toThrow(Unable);
});
