/** Schemas of what torn runs answer. */
export { runNumberSchema, secondsSchema } from './numbers.ts';
export {
  findingSchema,
  kindCountSchema,
  settingsSchema,
  shutdownResultSchema,
  stormResultSchema,
  tornEventSchema,
  verdictSchema,
} from './result.ts';
