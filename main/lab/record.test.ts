import { describe, expect, it } from 'vitest';
import { fileLayout, knownErrno, stepRecord } from './record.ts';

const extents = [{ logical: 0, physical: 9, length: 1, state: 'written' }] as const;

describe('records', () => {
  it('carry the result, the errno or the layout', () => {
    expect(stepRecord('write', { value: 512 })).toEqual({ op: 'write', result: 512 });
    expect(stepRecord('write', { value: -1, error: 'EINVAL' })).toEqual({
      op: 'write',
      result: -1,
      errno: 'EINVAL',
    });
    const layout = { value: 0, isRegular: true, isInline: false, extents };
    expect(stepRecord('layout', layout)).toEqual({ op: 'layout', result: 0, extents });
    expect(fileLayout(layout)).toEqual({ extents });
    expect(fileLayout({ ...layout, isInline: true, extents: [] })).toEqual({ extents: [], inline: true });
    expect(fileLayout({ ...layout, value: -1, error: 'EIO' })).toEqual({ errno: 'EIO' });
  });

  it('call damage by its name in the kernel, and take no unknown name', () => {
    expect(knownErrno('EUCLEAN')).toBe('EFSCORRUPTED');
    expect(() => knownErrno('E4242')).toThrow('E4242');
  });
});
