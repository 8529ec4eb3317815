/** The kernel lines that are modelled, and what they are made of. docs/kernels.md says where each behaviour was read. */
import type { KernelProfile } from '../profile.ts';
import { linux612, linux612117, linux61243, linux61280 } from './linux-6.12.ts';
import { linux616, linux617, linux6174, linux618, linux6180, linux619, linux61911 } from './linux-6.18.ts';
import { linux67, rfc202311 } from './linux-6.7.ts';
import { linux70, linux71, linux72, linux73 } from './linux-7.ts';

export { behavioursOf, type NamedBehaviour } from './behaviours.ts';
export { rfc202311 } from './linux-6.7.ts';
export { verificationsOf, type Verification } from './verified.ts';
export { linux618 } from './linux-6.18.ts';

/** Every profile, oldest release first. */
export const profiles: readonly KernelProfile[] = [
  linux67,
  rfc202311,
  linux612,
  linux61243,
  linux61280,
  linux612117,
  linux616,
  linux617,
  linux6174,
  linux6180,
  linux618,
  linux619,
  linux61911,
  linux70,
  linux71,
  linux72,
  linux73,
];
