/** Schemas of what torn runs answer. */
export { runNumberSchema, secondsSchema } from './numbers.ts';
export {
  armedEndSchema,
  powerCutResultSchema,
  recordVerificationSchema,
  rehearsalResultSchema,
} from './cuts.ts';
export { tornEventSchema } from './event.ts';
export {
  findingSchema,
  kindCountSchema,
  settingsSchema,
  shutdownResultSchema,
  stormResultSchema,
  verdictSchema,
} from './result.ts';
