import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OrderLists } from './order-lists.ts';

const groupCount = 12;
const orders = 4;

function contents(lists: OrderLists, order: number): number[] {
  const found: number[] = [];
  lists.find(order, (group) => {
    found.push(group);
    return false;
  });
  return found;
}

test('groups stand in the order in which they came', () => {
  const move = fc.tuple(fc.nat(groupCount - 1), fc.integer({ min: -1, max: orders - 1 }));
  fc.assert(
    fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
      const lists = new OrderLists(groupCount, orders);
      let model: { group: number; order: number }[] = [];
      for (const [group, order] of moves) {
        lists.moveToEnd(group, order);
        model = [...model.filter((each) => each.group !== group), { group, order }];
      }
      for (let order = 0; order < orders; order++) {
        expect(contents(lists, order)).toEqual(
          model.filter((each) => each.order === order).map((each) => each.group),
        );
      }
    }),
  );
});

test('a search of a list ends at the first group that is accepted', () => {
  const lists = new OrderLists(groupCount, orders);
  for (const group of [7, 3, 9]) lists.moveToEnd(group, 2);
  expect(lists.find(2, (group) => group !== 7)).toBe(3);
  expect(lists.find(2, (group) => group > 9)).toBe(-1);
  expect(lists.find(1, () => true)).toBe(-1);
  expect(lists.orderOf(9)).toBe(2);
});
