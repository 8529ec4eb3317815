import { describe, expect, it } from 'vitest';
import { linux618, profiles } from '../../core/mballoc/index.ts';
import { InputError, Unable } from '../failure.ts';
import { chooseProfile, kernelOf } from './profile.ts';

const kernel = (major: number, minor: number, patch = 0) => ({ major, minor, patch });
const auto = (major: number, minor: number, patch: number) => {
  const { profile, exact } = chooseProfile('auto', kernel(major, minor, patch));
  return [profile.name, exact];
};

describe('the profile of a plan', () => {
  it('is the running kernel’s own, by point release where that matters', () => {
    expect(auto(6, 18, 44)).toEqual(['linux-6.18', true]);
    expect(auto(6, 18, 2)).toEqual(['linux-6.18.0', true]);
    expect(auto(6, 12, 0)).toEqual(['linux-6.12', true]);
    expect(auto(6, 12, 94)).toEqual(['linux-6.12.80', true]);
    expect(auto(6, 12, 117)).toEqual(['linux-6.12.117', true]);
    expect(auto(6, 19, 14)).toEqual(['linux-6.19.11', true]);
    for (const minor of [0, 1, 2, 3]) expect(auto(7, minor, 4)).toEqual([`linux-7.${minor}`, true]);
  });

  it('is the nearest older one where there is none, and is then not exact', () => {
    expect(auto(7, 4, 0)).toEqual(['linux-7.3', false]);
    expect(auto(6, 14, 3)).toEqual(['linux-6.12.117', false]);
    expect(auto(6, 9, 0)).toEqual(['linux-6.7', false]);
  });

  it('is refused on a kernel older than all', () => {
    expect(() => auto(6, 6, 0)).toThrow(Unable);
  });

  it('is taken by name, or by a release of its line', () => {
    expect(chooseProfile('linux-6.12', kernel(6, 18)).profile.name).toBe('linux-6.12');
    expect(chooseProfile('linux-6.18', kernel(7, 1)).profile).toBe(linux618);
    expect(chooseProfile('linux-6.12.107', kernel(6, 18))).toMatchObject({
      profile: { name: 'linux-6.12.80' },
      exact: true,
    });
    expect(chooseProfile('rfc-2023-11', kernel(6, 18)).profile.name).toBe('rfc-2023-11');
    expect(() => chooseProfile('linux-5.10', kernel(6, 18))).toThrow(Unable);
    expect(() => chooseProfile('linux-6.14', kernel(6, 18))).toThrow(Unable);
    expect(() => chooseProfile('rfc-2023-11', kernel(6, 18), [linux618])).toThrow(Unable);
    expect(() => chooseProfile('rfc-1999-01', kernel(6, 18))).toThrow(InputError);
  });

  it('has a name from which its kernel follows', () => {
    for (const { name } of profiles.filter((its) => its.name.startsWith('linux-')))
      expect(kernelOf(name, kernel(1, 0))).not.toEqual(kernel(1, 0));
    expect(kernelOf('rfc-2023-11', kernel(6, 18))).toEqual(kernel(6, 18));
  });

  it('has behaviours that differ from those of every other, 7.2 apart', () => {
    const behaviours = profiles.map(({ name: _name, since: _since, ...its }) => JSON.stringify(its));
    expect(new Set(behaviours).size).toBe(profiles.length - 1);
  });
});
