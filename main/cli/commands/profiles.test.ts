import { describe, expect, it } from 'vitest';
import { profiles } from '../../../core/mballoc/index.ts';
import { InputError } from '../../failure.ts';
import type { Console } from '../console.ts';
import { paintFor } from '../style.ts';
import { profilesCommand } from './profiles.ts';

function told(name?: string, flags = {}): { lines: string[]; json: unknown[] } {
  const lines: string[] = [];
  const json: unknown[] = [];
  const console: Console = {
    paint: paintFor({ isTTY: false }),
    print: (line = '') => void lines.push(line),
    printJson: (value) => void json.push(value),
    say: () => undefined,
    onProgress: () => undefined,
    endProgress: () => undefined,
    confirm: () => Promise.resolve(false),
  };
  profilesCommand(name, flags, console);
  return { lines, json };
}

describe('untorn profiles', () => {
  it('lists every profile, and says where one was never compared', () => {
    const { lines } = told();
    for (const { name } of profiles) expect(lines.some((line) => line.startsWith(`${name} `))).toBe(true);
    expect(lines.find((line) => line.startsWith('linux-6.7 '))).toContain('not verified');
    expect(lines.find((line) => line.startsWith('linux-6.18 '))).toContain('6.18.44');
  });

  it('names what a line does otherwise than the one before', () => {
    const line = told().lines.find((its) => its.startsWith('linux-6.17 '));
    expect(line).toContain('stream goals, group search');
  });

  it('shows all behaviours of one', () => {
    const { lines } = told('linux-7.0');
    expect(lines).toContainEqual(expect.stringMatching(/extent splitting +cut-then-convert/));
    expect(told('linux-6.12.80', { json: true }).json).toEqual([
      {
        profiles: [
          expect.objectContaining({
            name: 'linux-6.12.80',
            since: '6.12.80',
            behaviours: expect.objectContaining({
              'stream goals': 'one',
              'group search': 'xarrays, all-files',
            }),
          }),
        ],
      },
    ]);
  });

  it('refuses a name that there is not', () => {
    expect(() => told('linux-5.10')).toThrow(InputError);
  });
});
