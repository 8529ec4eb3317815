import { expect, it } from 'vitest';
import { sampleOwner } from '../../../test/support/sample-allocation.ts';
import { InodePreallocations, preallocationsOf } from './inode-tree.ts';
import { Preallocation } from './space.ts';

function space(logical: number): Preallocation {
  return new Preallocation('inode', sampleOwner(), { group: 0, cluster: 0, physical: 0, logical }, 10);
}

it('finds the neighbours of a logical block', () => {
  const tree = new InodePreallocations({});
  const [a, b, c] = [space(0), space(100), space(200)];
  for (const each of [b, c, a]) tree.insert(each);
  expect(tree.atOrBefore(99)).toBe(a);
  expect(tree.atOrBefore(100)).toBe(b);
  expect(tree.behind(100)).toBe(c);
  expect(tree.behind(200)).toBeNull();
  tree.remove(a);
  expect(tree.atOrBefore(99)).toBeNull();
  expect(tree.takeAll()).toEqual([b, c]);
  expect(tree.count).toBe(0);
});

it('forgets what another mount made', () => {
  const [mount, next] = [{}, {}];
  const tree = new InodePreallocations(mount);
  const owner = sampleOwner({ preallocations: tree });
  expect(preallocationsOf(owner, mount)).toBe(tree);
  expect(preallocationsOf(owner, next)).toBeNull();
});

it('tells which clusters of a space were not used', () => {
  const each = new Preallocation(
    'inode',
    sampleOwner(),
    { group: 3, cluster: 50, physical: 0, logical: 0 },
    40,
  );
  each.use(0, 4);
  each.use(10, 20);
  const runs: number[][] = [];
  each.forEachUnused((cluster, count) => runs.push([cluster, count]));
  expect(runs).toEqual([
    [54, 6],
    [80, 10],
  ]);
  expect(each.free).toBe(16);
});
