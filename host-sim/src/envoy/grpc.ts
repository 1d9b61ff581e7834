/** gRPC as Envoy's client sees it (source/common/grpc/common.cc, status.cc). */
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

/** The gRPC status of an HTTP response without one. */
export function grpcStatusOfHttp(status: number): number {
  return statuses[status] ?? 2;
}
