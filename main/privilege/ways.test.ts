import { describe, expect, it } from 'vitest';
import { doesEverything, findWay, type Machine } from './ways.ts';

const helper = '/usr/libexec/untorn/untorn-helper';
const bare: Machine = {
  isRoot: false,
  wanted: undefined,
  helper,
  canAskPolkit: () => false,
  canSudo: () => false,
  canUdisks: () => false,
};
const polkit = { canAskPolkit: () => true };
const sudo = { canSudo: () => true };
const udisks = { canUdisks: () => true };

describe('the way to what takes root', () => {
  it.each([
    ['root itself', { isRoot: true, helper: null }, 'root', null],
    ['root, though there is polkit', { isRoot: true, ...polkit }, 'root', null],
    [
      'sudo, which need not ask, before all others',
      { ...polkit, ...sudo, ...udisks },
      'sudo',
      ['sudo', '-n', '--', helper],
    ],
    ['UDisks2, which does not ask, before polkit', { ...polkit, ...udisks }, 'udisks', null],
    ['UDisks2 where the helper was not built', { ...udisks, helper: null }, 'udisks', null],
    ['UDisks2 where that is wanted', { ...polkit, ...sudo, ...udisks, wanted: 'udisks' }, 'udisks', null],
    ['polkit where nothing else is there', polkit, 'pkexec', ['pkexec', helper]],
    [
      'polkit where that is wanted',
      { ...polkit, ...sudo, ...udisks, wanted: 'pkexec' },
      'pkexec',
      ['pkexec', helper],
    ],
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
    ['UDisks2 is wanted and not there', { ...sudo, wanted: 'udisks' }, /neither/, /sudo/],
  ])('is none where %s', (_what, machine, why, remedy) => {
    expect(findWay({ ...bare, ...machine })).toEqual({
      way: null,
      why: expect.stringMatching(why),
      remedy: expect.stringMatching(remedy),
    });
  });

  it('passes over what does not suit', () => {
    const machine = { ...bare, ...polkit, ...udisks };
    expect(findWay(machine, doesEverything)).toMatchObject({ way: 'pkexec' });
    expect(findWay({ ...bare, ...udisks }, doesEverything)).toMatchObject({ way: null });
  });

  it('does not look for UDisks2 where sudo asks nothing', () => {
    const machine = { ...bare, ...sudo, canUdisks: () => expect.unreachable() };
    expect(findWay(machine)).toMatchObject({ way: 'sudo' });
  });
});
