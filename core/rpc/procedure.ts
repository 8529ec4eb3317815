import * as v from 'valibot';

type Schema = v.GenericSchema<unknown, unknown>;

/** One call of the contract: what goes in, what comes out, and the events on the way. */
export interface Procedure<
  Input extends Schema = Schema,
  Output extends Schema = Schema,
  Event extends Schema = Schema,
> {
  readonly input: Input;
  readonly output: Output;
  readonly event: Event;
}

/** The procedures that an interface and a service agree on, by name. */
export type Contract = Readonly<Record<string, Procedure>>;

export type InputOf<P extends Procedure> = v.InferInput<P['input']>;
export type OutputOf<P extends Procedure> = v.InferOutput<P['output']>;
export type EventOf<P extends Procedure> = v.InferOutput<P['event']>;

/** Declares a procedure; without `event` it has none. */
export function procedure<
  Input extends Schema,
  Output extends Schema,
  Event extends Schema = v.NeverSchema<undefined>,
>(shape: { input: Input; output: Output; event?: Event }): Procedure<Input, Output, Event> {
  const none: Schema = v.never();
  return { input: shape.input, output: shape.output, event: shape.event ?? (none as Event) };
}

/** Lets a running procedure see that its caller no longer wants the result. */
export interface Cancellation {
  readonly requested: boolean;
  /** Calls `listener` when it is requested, at once if it was already. */
  onRequest(listener: () => void): void;
}

export interface CallContext<Event> {
  /** Sends an event to the caller; ignored after the end of the call. */
  emit(event: Event): void;
  readonly cancellation: Cancellation;
}

/** A service: one function for each procedure. It may throw RpcError; anything else becomes `internal`. */
export type Implementation<C extends Contract> = {
  readonly [Name in keyof C]: (
    input: v.InferOutput<C[Name]['input']>,
    context: CallContext<EventOf<C[Name]>>,
  ) => Promise<v.InferInput<C[Name]['output']>>;
};
