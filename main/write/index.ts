/** `untorn write`: one real write, with what the kernel says to it. */
export { writeOnce, type WriteAnswer, type WriteOrder } from './write.ts';
