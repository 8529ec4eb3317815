/** A system bus, polkit, udev and UDisks2 of a test's own, beside whatever the machine runs. */
export { Bus, type BusOptions, type Grant } from './bus.ts';
export { helperAction, helperPolicy, whyNoPkexec } from './pkexec.ts';
export { whyNoBus } from './why.ts';
