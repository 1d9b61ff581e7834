/** Shorthand for cases of the scripted guest. */
import type { ScenarioDocument } from "../../src/scenario.ts";
import { scriptedGuest } from "../scripted/guest.ts";
import { type Action, type Operand, programConfiguration, text } from "../scripted/program.ts";
import { type ParityCase, scenario } from "./case.ts";

type PluginDocument = NonNullable<ScenarioDocument["plugin"]>;
type Flags = Pick<ParityCase, "timed" | "ownLogLevel" | "fails">;

export interface ScriptedPlugin extends Omit<PluginDocument, "configuration"> {
  readonly program: readonly Action[];
}

export type Rest = Parameters<typeof scenario>[0];

/** Plugins without a name of their own are p1/r1, p2/r2, …, all with the VM id v. */
export async function scriptedCase(
  name: string,
  plugins: readonly ScriptedPlugin[],
  rest: Rest,
  flags: Flags = {},
): Promise<ParityCase> {
  const complete = plugins.map(({ program, ...plugin }, i) => ({
    name: `p${i + 1}`,
    rootId: `r${i + 1}`,
    vmId: "v",
    ...plugin,
    configuration: programConfiguration(program),
  }));
  return {
    name,
    wasm: await scriptedGuest(),
    scenario: scenario({ ...rest, plugins: complete }),
    ...flags,
  };
}

/** An action of one context. */
export const inContext = (context: number, action: Action): Action => ({ ...action, context });

/** Operands of set_envoy_filter_state for a key and a value of less than 128 bytes. */
export function filterState(key: string, value: string): readonly Operand[] {
  const field = (tag: number, of: string): number[] => [
    tag,
    Buffer.byteLength(of),
    ...Buffer.from(of),
  ];
  return [
    text("set_envoy_filter_state"),
    { bytes: [...field(10, key), ...field(18, value)] },
    0,
    8,
  ];
}
export const CLUSTER_KEY = "envoy.tcp_proxy.cluster";
export const IDLE_TIMEOUT_KEY = "envoy.tcp_proxy.per_connection_idle_timeout_ms";
