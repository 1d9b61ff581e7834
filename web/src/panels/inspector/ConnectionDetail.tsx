import type { Accept, ConnectionEnd, Forward, UpstreamConnect } from "wasmerang";
import { asText } from "../../trace/describeValue.ts";
import { HexView } from "./HexView.tsx";
import { Alert, Facts, Section } from "./parts.tsx";

export function AcceptDetail({ accept }: { readonly accept: Accept }) {
  return (
    <>
      {accept.filter === "closed" ? (
        <Alert title="Closed without calling the filter">
          {accept.note ?? "The filter's VM has failed; Envoy closes the connection at once."}
        </Alert>
      ) : undefined}
      <Section title="Details">
        <Facts
          facts={[
            ["source", accept.source],
            ["destination", accept.destination],
            ["connection.id", accept.connectionId],
            [
              "Wasm filter",
              { present: "in the chain", skipped: "left out", closed: "closes" }[accept.filter],
            ],
            accept.note === undefined || accept.filter === "closed"
              ? undefined
              : ["why", accept.note],
          ]}
        />
      </Section>
    </>
  );
}

const connectText = {
  connected: "connected",
  refused: "refused",
  timeout: "timed out",
  noHost: "no host",
} as const;

export function ConnectDetail({ connect }: { readonly connect: UpstreamConnect }) {
  const { cluster, host, result, proxyProtocol } = connect;
  return (
    <>
      {result === "connected" ? undefined : (
        <Alert title={`Cluster ${cluster} could not be reached`}>
          {result === "noHost"
            ? "It has no endpoint. Response flag UH."
            : `${host ?? "Its endpoint"} ${result === "refused" ? "refused the connection" : "did not answer"}. Response flags UF,URX.`}
        </Alert>
      )}
      <Section title="Details">
        <Facts
          facts={[
            ["cluster", cluster],
            ["host", host ?? "none"],
            [
              "result",
              <b key="result" className={result === "connected" ? undefined : "bad"}>
                {connectText[result]}
              </b>,
            ],
          ]}
        />
      </Section>
      {proxyProtocol === undefined ? undefined : (
        <Section title="PROXY protocol header" aside={`${proxyProtocol.length} B, sent first`}>
          {asText(proxyProtocol) === undefined ? undefined : (
            <pre className="preformatted">{asText(proxyProtocol)}</pre>
          )}
          <HexView bytes={proxyProtocol} />
        </Section>
      )}
    </>
  );
}

export function ForwardDetail({ forward }: { readonly forward: Forward }) {
  return (
    <>
      <Section title="Details">
        <Facts
          facts={[
            ["to", forward.to],
            ["size", `${forward.bytes.length} B`],
            ["end of stream", forward.endStream ? "yes" : "no"],
          ]}
        />
      </Section>
      {forward.bytes.length === 0 ? undefined : (
        <Section title="Bytes">
          <HexView bytes={forward.bytes} />
        </Section>
      )}
    </>
  );
}

const closerText = {
  client: "the client",
  server: "the server",
  filter: "the filter",
  envoy: "Envoy",
  open: "nobody: it is still open",
} as const;

const flagText: Readonly<Record<string, string>> = {
  NC: "no such cluster",
  UF: "upstream connection failure",
  URX: "upstream retry limit reached",
  UH: "no healthy upstream host",
  UO: "upstream overflow",
  UR: "upstream reset",
  DT: "maximum duration reached",
  DC: "downstream disconnected",
  DPE: "downstream protocol error",
};

/** What Envoy's access log has of the connection. */
export function EndDetail({ end }: { readonly end: ConnectionEnd }) {
  const flags = end.flags.split(",").flatMap((flag) => flagText[flag] ?? []);
  return (
    <Section title="Access log">
      <Facts
        facts={[
          [
            "response flags",
            <span key="flags">
              <b className={end.flags === "-" ? undefined : "bad"}>{end.flags}</b>{" "}
              <small>{flags.join(", ") || (end.flags === "-" ? "none" : "")}</small>
            </span>,
          ],
          ["cluster", end.cluster ?? "-"],
          ["upstream host", end.upstreamHost ?? "-"],
          ["bytes received", end.bytesReceived],
          ["bytes sent", end.bytesSent],
          ["closed by", closerText[end.closedBy]],
          end.closeReason === undefined ? undefined : ["close reason", end.closeReason],
          end.note === undefined ? undefined : ["note", end.note],
        ]}
      />
    </Section>
  );
}
