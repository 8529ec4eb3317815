/**
 * The part of the lab that every command needs when it starts: a face of its own, because behind the other one stand
 * the mirror and everything that runs plans, which a quick command should not have to load.
 */
export { interruptible, type Interruption } from './interrupt.ts';
export { findLeftovers, removeLeftovers, type Leftover } from './leftovers.ts';
