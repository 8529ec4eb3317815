/** Schemas of what torn runs answer. */
export { list, runNumberSchema, secondsSchema, wholeSchema } from './list.ts';
export {
  findingSchema,
  kindCountSchema,
  settingsSchema,
  shutdownResultSchema,
  stormResultSchema,
  tornEventSchema,
  verdictSchema,
} from './result.ts';
