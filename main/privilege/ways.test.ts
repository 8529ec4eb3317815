import { describe, expect, it } from 'vitest';
import { findWay, type Machine } from './ways.ts';

const helper = '/usr/libexec/untorn/untorn-helper';
const bare: Machine = {
  isRoot: false,
  wanted: undefined,
  helper,
  canAskPolkit: () => false,
  canSudo: () => false,
};
const polkit = { canAskPolkit: () => true };
const sudo = { canSudo: () => true };

describe('the way to what takes root', () => {
  it.each([
    ['root itself', { isRoot: true, helper: null }, 'root', null],
    ['root, though there is polkit', { isRoot: true, ...polkit }, 'root', null],
    ['polkit before sudo', { ...polkit, ...sudo }, 'pkexec', ['pkexec', helper]],
    ['sudo where there is no polkit', sudo, 'sudo', ['sudo', '-n', '--', helper]],
    [
      'sudo where that is wanted',
      { ...polkit, ...sudo, wanted: 'sudo' },
      'sudo',
      ['sudo', '-n', '--', helper],
    ],
    [
      'the helper also for root, where that is wanted',
      { ...sudo, isRoot: true, wanted: 'sudo' },
      'sudo',
      ['sudo', '-n', '--', helper],
    ],
    ['the usual where nothing is wanted', { ...sudo, wanted: '' }, 'sudo', ['sudo', '-n', '--', helper]],
  ])('is %s', (_what, machine, way, command) => {
    expect(findWay({ ...bare, ...machine })).toEqual({ way, command });
  });

  it.each([
    ['nothing is there', {}, /neither polkit nor sudo/, /sudo -v/],
    ['the helper was not built', { ...polkit, ...sudo, helper: null }, /was not built/, /build:native/],
    ['none is wanted', { ...polkit, ...sudo, wanted: 'none' }, /says none/, /leave it out/],
    ['another one is wanted than there is', { ...sudo, wanted: 'pkexec' }, /neither/, /sudo/],
  ])('is none where %s', (_what, machine, why, remedy) => {
    expect(findWay({ ...bare, ...machine })).toEqual({
      way: null,
      why: expect.stringMatching(why),
      remedy: expect.stringMatching(remedy),
    });
  });

  it('does not ask sudo where polkit is there', () => {
    const machine = { ...bare, ...polkit, canSudo: () => expect.unreachable() };
    expect(findWay(machine)).toMatchObject({ way: 'pkexec' });
  });
});
