import { expect, it } from 'vitest';
import { LocalityGroup, localityOrder } from './locality.ts';
import { Preallocation } from './space.ts';

function space(free: number): Preallocation {
  return new Preallocation('group', null, { group: 0, cluster: 0, physical: 0, logical: 0 }, free);
}

it('sorts by order, everything of 512 clusters and more in the last list', () => {
  expect([1, 2, 3, 4, 511, 512, 5000].map(localityOrder)).toEqual([0, 1, 1, 2, 8, 9, 9]);
});

it('keeps a list ascending by free clusters, a new one behind its equals', () => {
  const locality = new LocalityGroup();
  const [a, b, c, d] = [space(300), space(260), space(300), space(280)];
  for (const each of [a, b, c, d]) locality.add(each);
  expect(locality.lists[8]).toEqual([b, d, a, c]);
  expect(locality.lists[8][3]).toBe(c);
  locality.remove(d);
  expect(locality.lists[8].map(({ free }) => free)).toEqual([260, 300, 300]);
});
