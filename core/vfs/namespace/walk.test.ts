import { describe, expect, it } from 'vitest';
import type { Inode } from '../inode.ts';
import { newInode } from './inode-state.ts';
import { step, walk, type LookUp } from './walk.ts';

function inode(ino: number, kind: Inode['kind']): Inode {
  const made = newInode({
    ino,
    group: 0,
    isDirectory: kind === 'directory',
    parentFlags: 0,
    usesExtents: true,
    mayBeInline: false,
  });
  return { ...made, kind };
}

const root = inode(2, 'directory');
const entries = new Map([
  ['2/dir', inode(12, 'directory')],
  ['12/file', inode(13, 'file')],
  ['2/link', inode(14, 'link')],
  ['2/gr\u00c3\u00bcn', inode(15, 'file')],
]);
const lookUp: LookUp = (directory, name) => entries.get(`${directory.ino}/${name.key}`) ?? null;

function found(path: string): number | null {
  const { directory, name } = walk(root, path, lookUp);
  return step(directory, name, lookUp)?.ino ?? null;
}

describe('walk', () => {
  it('finds what is there', () => {
    expect(found('dir')).toBe(12);
    expect(found('dir/file')).toBe(13);
    expect(found('dir/other')).toBeNull();
  });

  it('writes names in UTF-8', () => {
    expect(found('grün')).toBe(15);
  });

  it.each([
    ['none/file', 'ENOENT'],
    ['dir/file/x', 'ENOTDIR'],
    ['link/x', 'ELOOP'],
    [`${'n'.repeat(256)}/x`, 'ENAMETOOLONG'],
    ['ü'.repeat(128), 'ENAMETOOLONG'],
    [`none/${'n'.repeat(256)}`, 'ENOENT'],
    [`${'d/'.repeat(2048)}f`, 'ENAMETOOLONG'],
  ])('refuses %s with %s', (path, errno) => {
    expect(() => found(path)).toThrow(errno);
  });

  it('takes names of 255 bytes', () => {
    expect(found('n'.repeat(255))).toBeNull();
  });
});
