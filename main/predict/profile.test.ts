import { describe, expect, it } from 'vitest';
import { linux618, profiles } from '../../core/mballoc/index.ts';
import { InputError, Unable } from '../failure.ts';
import { chooseProfile, kernelOf } from './profile.ts';

const kernel = (major: number, minor: number, patch = 0) => ({ major, minor, patch });
const named = (name: string) => ({ ...linux618, name });
const several = [named('linux-6.12'), named('linux-6.12.107'), named('linux-6.18'), named('rfc-2023-11')];
const auto = (major: number, minor: number, patch: number) => {
  const { profile, exact } = chooseProfile('auto', kernel(major, minor, patch), several);
  return [profile.name, exact];
};

describe('the profile of a plan', () => {
  it('is the running kernel’s own, by point release where that matters', () => {
    expect(auto(6, 18, 44)).toEqual(['linux-6.18', true]);
    expect(auto(6, 12, 94)).toEqual(['linux-6.12', true]);
    expect(auto(6, 12, 107)).toEqual(['linux-6.12.107', true]);
  });

  it('is the nearest older one where there is none, and is then not exact', () => {
    expect(auto(7, 1, 0)).toEqual(['linux-6.18', false]);
    expect(auto(6, 17, 3)).toEqual(['linux-6.12.107', false]);
  });

  it('is refused on a kernel older than all', () => {
    expect(() => auto(6, 6, 0)).toThrow(Unable);
  });

  it('is taken by name', () => {
    expect(chooseProfile('linux-6.12', kernel(6, 18), several).profile.name).toBe('linux-6.12');
    expect(() => chooseProfile('linux-5.10', kernel(6, 18), several)).toThrow(Unable);
    expect(() => chooseProfile('rfc-2023-11', kernel(6, 18), [linux618])).toThrow(Unable);
    expect(() => chooseProfile('rfc-1999-01', kernel(6, 18), several)).toThrow(InputError);
  });

  it('has a name from which its kernel follows', () => {
    for (const { name } of profiles) expect(kernelOf(name, kernel(1, 0))).not.toEqual(kernel(1, 0));
    expect(kernelOf('rfc-2023-11', kernel(6, 18))).toEqual(kernel(6, 18));
  });
});
