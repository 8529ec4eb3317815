import { describe, expect, it } from 'vitest';
import type { HostInfo, SandboxList } from '../../core/rpc/index.ts';
import { sentence, wayInWords } from './way.ts';

const host = (run: HostInfo['run']): HostInfo => ({
  version: '1',
  kernel: 'Linux 6.18.44',
  machine: 'x86_64',
  cpus: 2,
  run,
  destructive: false,
});
const list = (here: SandboxList['here'], usual: string | null): SandboxList => ({
  kernels: [],
  emulator: null,
  usual,
  here,
  missing: [],
});
const able = { possible: true, why: '', remedy: '' };
const unable = { possible: false, why: 'it takes root', remedy: 'run "sudo -v" first' };

describe('the way in which plans run', () => {
  it.each([
    ['root', 'works as root'],
    ['sudo', 'works through sudo'],
    ['pkexec', 'works through polkit'],
  ] as const)('is %s', (way, short) => {
    expect(wayInWords(host({ ...able, way }), list({ ...able, way }, null))).toMatchObject({
      runs: true,
      short,
      remedy: '',
    });
  });

  it('is a sandbox where the kernel is out of reach, and says what would change that', () => {
    expect(wayInWords(host(able), list(unable, 'uml'))).toEqual({
      runs: true,
      short: 'works in a sandbox',
      text: 'It takes root.',
      remedy: 'Run "sudo -v" first.',
    });
  });

  it('is none where there is neither', () => {
    expect(wayInWords(host(unable), list(unable, null))).toMatchObject({
      runs: false,
      short: 'cannot run plans',
    });
    expect(wayInWords(null, null)).toBe(null);
  });
});

it('makes a sentence of a reason, but leaves a command alone', () => {
  expect([sentence(''), sentence('it is so'), sentence('It is.'), sentence('sudo untorn serve')]).toEqual([
    '',
    'It is so.',
    'It is.',
    'sudo untorn serve',
  ]);
});
