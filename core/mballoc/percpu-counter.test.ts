import { expect, it } from 'vitest';
import { PercpuCounter } from './percpu-counter.ts';

it('folds changes into what others read only when they reach the batch', () => {
  const counter = new PercpuCounter(1000, 2);
  counter.add(-31);
  expect([counter.sum, counter.read]).toEqual([969, 1000]);
  counter.add(-1);
  expect([counter.sum, counter.read]).toEqual([968, 968]);
  const many = new PercpuCounter(1000, 40);
  many.add(-79);
  expect(many.read).toBe(1000);
  many.add(-1);
  expect(many.read).toBe(920);
});

it('reads as 0 when it is negative', () => {
  const counter = new PercpuCounter(0, 1);
  counter.add(-40);
  expect([counter.sum, counter.read]).toEqual([-40, 0]);
});
