/** Names and bytes that Envoy does not take. */
import {
  filterStateKeys,
  foreignFunctionNames,
  nearestName,
  propertyPaths,
  type HostCall,
} from "wasmerang";
import { propertyReadOf } from "../describeCall.ts";
import { asText, firstText } from "../describeValue.ts";
import { at, type Part } from "../parts.ts";
import { readSetFilterState } from "../protobufFields.ts";
import { code, error, warning, type Check, type CheckedRun } from "./problem.ts";

const dotted = (path: string) => path.replaceAll("\0", ".");
/** As source text has it: the separator is a zero byte. */
const quoted = (path: string) => code(`"${path.replaceAll("\0", "\\0")}"`);

const suggestion = (near: string | undefined, otherwise: readonly Part[]): readonly Part[] =>
  near === undefined ? otherwise : ["Did you mean ", code(near), "?"];

/** Paths that the filter itself has set with set_property. */
function ownProperties({ calls }: CheckedRun): ReadonlySet<string> {
  return new Set(
    calls.flatMap(({ name, args }) => {
      const path = args[0]?.value;
      const isSet = name === "proxy_set_property" && path !== undefined && "bytes" in path;
      return isSet && path.bytes ? [new TextDecoder().decode(path.bytes)] : [];
    }),
  );
}

/** A path of Envoy's, or one below a group whose content the filter or the scenario makes. */
const open = /^(filter_state|upstream_filter_state|metadata|xds\0node|request\0headers)(\0|$)/;

export const wrongProperty: Check = {
  name: "properties are spelled as Envoy knows them",
  find: (run) => {
    const known = propertyPaths();
    const own = ownProperties(run);
    const isKnown = (path: string) => known.includes(path) || own.has(path) || open.test(path);
    return run.calls.flatMap((call) => {
      const read = propertyReadOf(call);
      if (read === undefined || read.value !== undefined || call.injected) return [];
      const path = read.path.join("\0");
      if (isKnown(path) || call.notModelled || call.status === "Ok") return [];
      const spelled = known.find((name) => dotted(name) === dotted(path));
      const near = spelled ?? nearestPath(path, known);
      return [
        error(
          call,
          `No property ${dotted(path) === "" ? '""' : dotted(path)}`,
          [
            "The filter read ",
            quoted(path),
            ...at(call),
            ". Envoy answered ",
            code(call.status ?? ""),
            `: ${read.absent ?? "there is no such property"}.`,
          ],
          near === undefined
            ? ["See the Properties tab for every path that Envoy knows here."]
            : ["Did you mean ", quoted(near), "? Segments are separated by one zero byte."],
        ),
      ];
    });
  },
};

function nearestPath(path: string, known: readonly string[]): string | undefined {
  const near = nearestName(dotted(path), known.map(dotted));
  return known.find((name) => dotted(name) === near);
}

export const notYet: Check = {
  name: "properties are read when they are there",
  find: ({ calls }) => {
    const known = propertyPaths();
    return calls.flatMap((call) => {
      const read = propertyReadOf(call);
      const path = read?.path.join("\0") ?? "";
      const isMissing = read?.absent !== undefined && read.value === undefined;
      if (!isMissing || call.injected || !known.includes(path)) return [];
      return [
        warning(
          call,
          `${dotted(path)} has no value where it is read`,
          [
            "Envoy knows ",
            quoted(path),
            " but answered ",
            code(call.status ?? ""),
            ...at(call),
            `: ${read.absent}.`,
          ],
          ["The Properties tab shows in which callback it has a value."],
        ),
      ];
    });
  },
};

const foreignCalls = ({ calls }: CheckedRun): readonly HostCall[] =>
  calls.filter(({ name, injected }) => name === "proxy_call_foreign_function" && !injected);

export const wrongFunction: Check = {
  name: "foreign functions exist",
  find: (run) => {
    const known = foreignFunctionNames();
    return foreignCalls(run).flatMap((call) => {
      const name = firstText(call.args);
      if (name === undefined || known.includes(name) || call.status === "Ok") return [];
      return [
        error(
          call,
          `No foreign function ${name === "" ? '""' : name}`,
          [
            "The filter called ",
            code(`"${name}"`),
            ...at(call),
            "; Envoy has no function of that name and answered ",
            code(call.status ?? ""),
            ".",
          ],
          suggestion(nearestName(name, known), [
            "TCP filters of Envoy 1.40 can call ",
            ...known.flatMap((it, i): Part[] => [i === 0 ? "" : ", ", code(it)]),
            ".",
          ]),
        ),
      ];
    });
  },
};

/** Calls of set_envoy_filter_state that did not answer Ok, with the message as it was read. */
function refusedWrites(run: CheckedRun) {
  return foreignCalls(run).flatMap((call) => {
    const isRefused = firstText(call.args) === "set_envoy_filter_state" && call.status !== "Ok";
    const value = call.args.find(({ name }) => name === "arguments")?.value;
    if (!isRefused || value === undefined || !("bytes" in value) || !value.bytes) return [];
    const message = readSetFilterState(value.bytes);
    // Of a field that is sent twice the last one counts.
    const sent = message?.fields.findLast(
      ({ number, value: it }) => number === 1 && it.kind === "bytes",
    );
    const key = sent?.value.kind === "bytes" ? asText(sent.value.bytes) : undefined;
    return [{ call, message, key: message === undefined ? undefined : (key ?? "") }];
  });
}

export const wrongKey: Check = {
  name: "filter state keys have a factory in Envoy",
  find: (run) => {
    const keys = filterStateKeys();
    return refusedWrites(run).flatMap(({ call, key }) => {
      if (key === undefined || call.status !== "NotFound" || keys.includes(key)) return [];
      return [
        error(
          call,
          `No filter state key ${key === "" ? '""' : key}`,
          [
            "The filter wrote the key ",
            code(`"${key}"`),
            ...at(call),
            "; Envoy makes filter state only for keys that it knows and answered ",
            code("NotFound"),
            ". Nothing was stored.",
          ],
          suggestion(nearestName(key, keys), [
            "For the cluster of tcp_proxy the key is ",
            code("envoy.tcp_proxy.cluster"),
            "; values of your own belong into ",
            code("proxy_set_property"),
            ".",
          ]),
        ),
      ];
    });
  },
};

export const badArgument: Check = {
  name: "protobuf arguments can be read",
  find: (run) =>
    refusedWrites(run).flatMap(({ call, message, key }) => {
      if (call.status !== "BadArgument") return [];
      const isMessage = message !== undefined && filterStateKeys().includes(key ?? "");
      return [
        error(
          call,
          isMessage
            ? `Envoy refuses the value for ${key ?? ""}`
            : "Argument is no protobuf message",
          [
            "Envoy answered ",
            code("BadArgument"),
            " to ",
            code("set_envoy_filter_state"),
            ...at(call),
            `: ${call.note ?? "it cannot read the argument"}. Nothing was stored.`,
          ],
          isMessage
            ? ["Write a value of the form that this key takes."]
            : [
                "Send SetEnvoyFilterStateArguments: a byte ",
                code("0a"),
                ", the length of the key and the key, then ",
                code("12"),
                ", the length of the value and the value. Lengths above 127 take two bytes. The bytes of the call are in the inspector.",
              ],
        ),
      ];
    }),
};

export const readOnly: Check = {
  name: "nothing read-only is overwritten",
  find: ({ calls }) =>
    calls.flatMap((call) => {
      const path = call.args[0]?.value;
      const isConflict =
        call.name === "proxy_set_property" && call.status === "BadArgument" && !call.injected;
      if (!isConflict || path === undefined || !("bytes" in path) || !path.bytes) return [];
      const name = dotted(new TextDecoder().decode(path.bytes));
      return [
        error(
          call,
          `Property ${name} is read-only and set`,
          [
            "The filter set ",
            code(`"${name}"`),
            " again",
            ...at(call),
            "; it was declared read-only, so Envoy kept the first value and answered ",
            code("BadArgument"),
            ".",
          ],
          ["Declare it without ", code("readonly"), ", or set it once for each connection."],
        ),
      ];
    }),
};
