/** Foreign functions that Envoy 1.40 registers (source/extensions/common/wasm/foreign.cc). */
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** Registered in Envoy 1.40 but not modelled here. */
export const notModelledFunctions: ReadonlySet<string> = new Set([
  "compress",
  "uncompress",
  "declare_property",
  "verify_signature",
  "sign",
  "expr_create",
  "expr_evaluate",
  "expr_delete",
]);

export const spans = ["FilterChain", "DownstreamRequest", "DownstreamConnection"] as const;

export interface SetEnvoyFilterState {
  readonly path: string;
  readonly value: Uint8Array;
  readonly span: (typeof spans)[number];
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const empty = new Uint8Array(0);
const MAX_TAG = 0xffffffff;

/** Arguments seen lately: a filter sends the same few messages for all its connections. */
const parsed: { readonly data: Uint8Array; readonly result: SetEnvoyFilterState }[] = [];
const MAX_REMEMBERED = 8;

/** As parseMessage; what was parsed lately is not parsed again. */
export function parseSetEnvoyFilterState(data: Uint8Array): SetEnvoyFilterState | undefined {
  for (const known of parsed) if (equalBytes(known.data, data)) return known.result;
  const result = parseMessage(data);
  if (result) {
    if (parsed.length === MAX_REMEMBERED) parsed.shift();
    parsed.push({ data: data.slice(), result });
  }
  return result;
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * Parses SetEnvoyFilterStateArguments {path = 1, value = 2, span = 3} as proto3 does: a missing
 * field is empty, the last of two wins, unknown fields are skipped, a known field of another wire
 * type is unknown. Answers undefined where the C++ parser fails, ill-formed UTF-8 included.
 */
function parseMessage(data: Uint8Array): SetEnvoyFilterState | undefined {
  let path = "";
  let value = empty;
  let span = 0;
  try {
    const reader = new BinaryReader(data);
    while (reader.pos < reader.len) {
      const [field, wireType] = reader.tag();
      if (field < 1 || field > MAX_TAG) return undefined;
      if (field === 1 && wireType === WireType.LengthDelimited) {
        path = strictUtf8.decode(reader.bytes());
      } else if (field === 2 && wireType === WireType.LengthDelimited) {
        value = reader.bytes().slice();
        strictUtf8.decode(value);
      } else if (field === 3 && wireType === WireType.Varint) {
        span = Number(BigInt.asIntN(32, BigInt(reader.int64())));
      } else {
        reader.skip(wireType, field);
      }
    }
    if (reader.pos > reader.len) return undefined;
  } catch {
    // The reader and the strict decoder throw for what does not parse; that is the answer.
    return undefined;
  }
  return { path, value, span: spans[span] ?? "FilterChain" };
}

/**
 * How Envoy reads the service of a gRPC call: as a GrpcService message if it parses, else as the
 * name of a cluster. A message without a target (envoy_grpc = 1, google_grpc = 2) aborts Envoy.
 */
export function grpcServiceKind(service: Uint8Array): "message" | "noTarget" | "clusterName" {
  let hasTarget = false;
  try {
    const reader = new BinaryReader(service);
    while (reader.pos < reader.len) {
      const [field, wireType] = reader.tag();
      if ((field === 1 || field === 2) && wireType === WireType.LengthDelimited) hasTarget = true;
      reader.skip(wireType, field);
    }
    if (reader.pos > reader.len) return "clusterName";
  } catch {
    // Not a protobuf message: a plain name.
    return "clusterName";
  }
  return hasTarget ? "message" : "noTarget";
}
