/** Low bits of a callout id (proxy-wasm-cpp-host wasm.h). */
export const CalloutKind = { Http: 0, GrpcCall: 1, GrpcStream: 2 } as const;

const STEP = 4;

export const kindOf = (token: number) => token & (STEP - 1);

/** The next ids of a VM: 4, 8, … for HTTP, 5, 9, … for gRPC calls, 6, 10, … for streams. */
export class CalloutIds {
  readonly #last: [number, number, number] = [
    CalloutKind.Http,
    CalloutKind.GrpcCall,
    CalloutKind.GrpcStream,
  ];

  next(kind: 0 | 1 | 2): number {
    return (this.#last[kind] += STEP);
  }
}

/** The tokens of one VM's names to resolve: from 2 up. */
export class DnsTokens {
  #last = 1;

  next(): number {
    return ++this.#last;
  }
}
