/** gRPC as Envoy's client sees it (source/common/grpc/common.cc, status.cc, codec.cc). */
import { parseFields } from "./foreignFunctions.ts";
import { readProto } from "./protoReader.ts";

const utf8 = new TextDecoder();

/**
 * The cluster that the service of a gRPC call names. Envoy reads the bytes as a GrpcService message
 * {envoy_grpc = 1 {cluster_name = 1}, google_grpc = 2}; if they do not parse, they are the name. A
 * message without a target aborts Envoy.
 */
export function grpcClusterOf(
  service: Uint8Array,
): { readonly cluster: string; readonly isMessage: boolean } | "noTarget" {
  const name = { cluster: utf8.decode(service), isMessage: false };
  const fields = readProto(service);
  if (!fields) return name;
  let cluster: string | undefined;
  for (const field of fields) {
    if (field.kind !== "bytes" || field.number > 2) continue;
    const target = parseFields(field.bytes, { 1: "string" });
    if (!target) return name;
    cluster = field.number === 1 ? utf8.decode(target.get(1) as Uint8Array | undefined) : "";
  }
  return cluster === undefined ? "noTarget" : { cluster, isMessage: true };
}

const statuses: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: 14,
  502: 14,
  503: 14,
  504: 14,
};

const UNKNOWN = 2;
const INTERNAL = 13;
const FRAME_HEADER = 5;
const COMPRESSED = 1;

/** What a single call makes of the answer of someone who does not speak gRPC. */
export function readPlainReply({ headers, body, isCutOff }: PlainReply): {
  readonly status: number;
  readonly details: string;
} {
  const via = (status: number) => ({ status, details: "via_upstream" });
  const http = Number(utf8.decode(headers[0]?.[1]));
  if (http !== 200) return via(statuses[http] ?? UNKNOWN);
  // The body is read as messages.
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  for (let at = 0; at < body.length;) {
    const flags = view.getUint8(at);
    if (flags > COMPRESSED) return via(INTERNAL);
    if (at + FRAME_HEADER > body.length) break;
    const length = view.getUint32(at + 1);
    at += FRAME_HEADER + length;
    if (at <= body.length && flags === COMPRESSED && length > 0) return via(INTERNAL);
  }
  return isCutOff
    ? { status: INTERNAL, details: "upstream_reset_after_response_started{protocol_error}" }
    : via(UNKNOWN);
}

interface PlainReply {
  readonly headers: readonly (readonly [Uint8Array, Uint8Array])[];
  readonly body: Uint8Array;
  readonly isCutOff?: true;
}
