import * as v from 'valibot';
import { RpcError } from './error.ts';
import { malformed, readServerFrame, tooLong, writeFrame, type ServerFrame } from './frame.ts';
import type { Contract, EventOf, InputOf, OutputOf, Procedure } from './procedure.ts';
import { requestLengthMax, type Transport } from './transport.ts';

export interface Call<Output> {
  /** Rejects with {@link RpcError}. */
  readonly result: Promise<Output>;
  /** Asks the service to stop; the call then usually ends with the error `cancelled`. */
  cancel(): void;
}

export interface Client<C extends Contract> {
  call<Name extends keyof C & string>(
    name: Name,
    input: InputOf<C[Name]>,
    onEvent?: (event: EventOf<C[Name]>) => void,
  ): Call<OutputOf<C[Name]>>;
  close(): void;
}

interface Pending {
  readonly procedure: Procedure;
  readonly onEvent: ((event: unknown) => void) | undefined;
  resolve(value: unknown): void;
  reject(error: RpcError): void;
}

/**
 * The interface's end of a channel. Inputs, results and events are judged by the contract; what breaks it is
 * handed to `onRefused` and otherwise ignored.
 */
export function connectClient<C extends Contract>(
  contract: C,
  transport: Transport,
  onRefused: (error: RpcError) => void = () => undefined,
): Client<C> {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let closed = false;

  transport.onMessage((text) => {
    try {
      receive(readServerFrame(text));
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      onRefused(error);
    }
  });
  transport.onClose(() => {
    closed = true;
    for (const call of pending.values()) call.reject(new RpcError('closed', 'the connection was closed'));
    pending.clear();
  });

  function receive(frame: ServerFrame): void {
    if (frame.kind === 'error' && frame.id === null) {
      onRefused(new RpcError(frame.error.code, frame.error.message, frame.error.issues));
      return;
    }
    const call = frame.id === null ? undefined : pending.get(frame.id);
    if (!call || frame.id === null) throw new RpcError('malformed', `an answer to no call: ${frame.id}`);
    if (frame.kind === 'event') {
      call.onEvent?.(judge(call.procedure.event, frame.event, 'an event'));
      return;
    }
    pending.delete(frame.id);
    if (frame.kind === 'error') {
      call.reject(new RpcError(frame.error.code, frame.error.message, frame.error.issues));
      return;
    }
    try {
      call.resolve(judge(call.procedure.output, frame.value, 'a result'));
    } catch (error) {
      call.reject(error as RpcError);
      throw error;
    }
  }

  return {
    call(name, input, onEvent) {
      const procedure = contract[name] as Procedure;
      const id = ++lastId;
      const result = new Promise<unknown>((resolve, reject) => {
        if (closed) throw new RpcError('closed', 'the connection was closed');
        judge(procedure.input, input, `the input of ${name}`);
        const text = writeFrame({ kind: 'request', id, procedure: name, input });
        if (text.length > requestLengthMax) throw tooLong(requestLengthMax);
        pending.set(id, { procedure, onEvent: onEvent as Pending['onEvent'], resolve, reject });
        transport.send(text);
      });
      const cancel = () => {
        if (pending.has(id)) transport.send(writeFrame({ kind: 'cancel', id }));
      };
      return { result: result as Promise<OutputOf<C[typeof name]>>, cancel };
    },
    close() {
      transport.close();
    },
  };
}

function judge(schema: v.GenericSchema<unknown, unknown>, value: unknown, what: string): unknown {
  const judged = v.safeParse(schema, value);
  if (judged.success) return judged.output;
  throw malformed(what, judged.issues);
}
