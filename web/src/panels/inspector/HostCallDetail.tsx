import { lazy, Suspense, useState } from "react";
import type { HostCall, NamedValue } from "wasmerang";
import {
  filterStateChangeOf,
  isFailedCall,
  propertyReadOf,
  wordsOf,
} from "../../trace/describeCall.ts";
import { bytesText, firstText, quote, valueText } from "../../trace/describeValue.ts";
import { memoryParts } from "../../trace/memoryParts.ts";
import type { RunView } from "../useRun.ts";
import { FilterStateSection } from "./FilterStateSection.tsx";
import { HexView } from "./HexView.tsx";
import { MessageBytes } from "./MessageBytes.tsx";
import { Alert, Facts, Section, type Fact } from "./parts.tsx";
import { PropertySection } from "./PropertySection.tsx";

const MemoryView = lazy(async () => ({
  default: (await import("../memory/MemoryView.tsx")).MemoryView,
}));

/** A call of the guest into Envoy: arguments, bytes, answer, and what it changed. */
export function HostCallDetail({ run, call }: { readonly run: RunView; readonly call: HostCall }) {
  const read = propertyReadOf(call);
  const change = filterStateChangeOf(call);
  const isForeign = call.name === "proxy_call_foreign_function";
  const foreignFunction = isForeign ? firstText(call.args) : undefined;
  const path = call.args.find(({ value }) => value.kind === "propertyPath")?.value;
  return (
    <>
      <Flags call={call} />
      <Section title="Arguments">
        <Facts
          facts={[...call.args.map(argumentFact), ["result", <Result key="result" call={call} />]]}
        />
      </Section>
      {read === undefined ? undefined : <PropertySection read={read} call={call} />}
      {change === undefined ? undefined : (
        <FilterStateSection run={run} call={call} change={change} />
      )}
      {call.args.map(({ name, value }) =>
        value.kind === "bytes" && value.bytes !== undefined && value.bytes.length > 0 ? (
          <MessageBytes
            key={name}
            title={isForeign ? "Argument bytes" : `${capital(wordsOf(name))}, bytes`}
            bytes={value.bytes}
            foreignFunction={foreignFunction}
            marks={run.marks}
          />
        ) : undefined,
      )}
      {path !== undefined && "bytes" in path && path.bytes !== undefined ? (
        <Section title="Path bytes">
          <HexView bytes={path.bytes} />
          <p className="note">Segments are separated by one zero byte, not by a dot.</p>
        </Section>
      ) : undefined}
      {read === undefined
        ? call.results.map(({ name, value }) =>
            (value.kind === "bytes" || value.kind === "string") &&
            value.bytes !== undefined &&
            value.bytes.length > 0 ? (
              <Section key={name} title="Returned bytes">
                <HexView bytes={value.bytes} />
              </Section>
            ) : undefined,
          )
        : undefined}
      <MemorySection call={call} />
    </>
  );
}

function Flags({ call }: { readonly call: HostCall }) {
  if (call.injected)
    return (
      <Alert title="Injected answer">
        The scenario&apos;s faults put this answer in place of Envoy&apos;s. {call.note}
      </Alert>
    );
  if (call.notModelled)
    return (
      <Alert title="Not modelled">
        {call.note ?? "Envoy has behaviour here that is not simulated."}
      </Alert>
    );
  if (call.ended === "trapped")
    return (
      <Alert title="The call did not return">{call.note ?? "Envoy threw into the guest."}</Alert>
    );
  if (call.ended === "never") return <Alert title="The call never came back">{call.note}</Alert>;
  if (call.note === undefined) return undefined;
  if (isFailedCall(call))
    return <Alert title={`Envoy answered ${call.status ?? ""}`}>{call.note}</Alert>;
  return <p className="inspector-note">{call.note}</p>;
}

function argumentFact({ name, value }: NamedValue): Fact {
  const words = wordsOf(name).replace(/^return /, "");
  switch (value.kind) {
    case "bytes":
      return [
        words,
        <>
          {value.length} B{" "}
          <small>
            {value.bytes === undefined
              ? "outside of guest memory"
              : value.length === 0
                ? ""
                : "decoded below"}
          </small>
        </>,
      ];
    case "string":
    case "propertyPath":
      return [
        words,
        <>
          {value.bytes === undefined
            ? "outside of guest memory"
            : value.kind === "string"
              ? bytesText(value.bytes)
              : quote(new TextDecoder().decode(value.bytes)).replaceAll("\0", "\\0")}{" "}
          <small>{value.length} B</small>
        </>,
      ];
    case "enum":
      return [
        words,
        <>
          {value.name} <small>{value.number}</small>
        </>,
      ];
    case "out":
      return [
        words,
        <small key="out">answer goes to {valueText(value).replaceAll("→ ", "")}</small>,
      ];
    case "number":
    case "i64":
      return [words, valueText(value)];
  }
}

function Result({ call }: { readonly call: HostCall }) {
  if (call.ended !== "returned") return <b className="bad">did not return</b>;
  const isBad = isFailedCall(call);
  const values = call.results.filter(({ value }) => value.kind !== "out");
  return (
    <>
      {call.status === undefined ? (
        <b>{call.returned ?? "void"}</b>
      ) : (
        <>
          <b className={isBad ? "bad" : undefined}>{call.status}</b> <small>{call.returned}</small>
        </>
      )}
      {values.map(({ name, value }) => (
        <span key={name} className="returned">
          {value.kind === "bytes" || value.kind === "string" ? (
            value.bytes === undefined || value.bytes.length === 0 ? (
              <small>empty reply</small>
            ) : (
              bytesText(value.bytes)
            )
          ) : (
            <>
              <small>{wordsOf(name).replace(/^return /, "")}</small> {valueText(value)}
            </>
          )}
        </span>
      ))}
    </>
  );
}

/** Which ranges of the guest's memory the host read and wrote; their bytes are a second run away. */
function MemorySection({ call }: { readonly call: HostCall }) {
  const [isOpen, setOpen] = useState(showsMemory);
  const toggle = () => setOpen((showsMemory = !isOpen));
  if (!call.args.some(({ value }) => "pointer" in value || value.kind === "out")) return undefined;
  return (
    <Section
      title="Guest memory"
      aside={
        <button type="button" className="link" aria-expanded={isOpen} onClick={toggle}>
          {isOpen ? "Hide" : "Show the bytes"}
        </button>
      }
    >
      {isOpen ? (
        <Suspense fallback={null}>
          <MemoryView call={call} />
        </Suspense>
      ) : (
        <Facts
          facts={memoryParts(call).map(({ key, name, pointer, length, access }) => [
            `host ${access}`,
            <span key={key}>
              0x{pointer.toString(16).padStart(5, "0")} + {length} B <small>{name}</small>
            </span>,
          ])}
        />
      )}
    </Section>
  );
}

/** Whoever looks at the memory of one call looks at that of the next as well. */
let showsMemory = false;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
