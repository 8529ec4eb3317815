/** Predictions: the mirror's answer to a plan, with no step on any kernel. */
export { assumedAtomicLimits, type Prediction } from './job.ts';
export { predictPlan } from './predict.ts';
export { deviceSource, imageSource, predictFrom, type Source } from './source.ts';
export { asFailure } from './failures.ts';
export { findMounted } from './mounted.ts';
export { predictVersus, type Versus } from './versus.ts';
export { chooseProfile } from './profile.ts';
export { predictSandbox, type SandboxFacts } from './sandbox.ts';
