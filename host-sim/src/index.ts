/** The public surface of host-sim; the only barrel. */
export * from "./abi.ts";
export * from "./trace.ts";
export * from "./scenario.ts";
export { parseAddress, formatAddress, type Address } from "./address.ts";
export { parseDuration } from "./duration.ts";
export { guestLimits, formatSize, LimitReached, type Limits } from "./limits.ts";
export { simulate, type SimulateOptions, type SimulateResult } from "./simulate.ts";
export type { RunObserver, Phase } from "./observer.ts";
export { propertyPaths, type AttributeAnswer } from "./envoy/attributes.ts";
export { filterStateKeys } from "./envoy/filterState.ts";
export { foreignFunctionNames } from "./foreignCalls.ts";
export { loadLibraries, type Libraries, type Signatures, type Zlib } from "./libraries.ts";
export { play, type PlayedScenario, type PlayedConnection } from "./play.ts";
export {
  parseWasmModule,
  type WasmModule,
  type WasmModuleError,
  type WasmImport,
  type WasmExport,
  type WasmCustomSection,
} from "./wasmModule.ts";
export type { WasmLimits, WasmGlobalType } from "./wasm/types.ts";
export { inspectModule } from "./inspectModule.ts";
export type { HostFunctionsFor, CompileCheck } from "./preflight/checkLoad.ts";
export type {
  ModuleReport,
  ModuleLogLine,
  RefusalReason,
  RefusalCode,
  StartFunctionName,
} from "./preflight/moduleReport.ts";
export { parseRange, PluginRefused, Sweep, type AddressRange, type SweepOutcome } from "./sweep.ts";
export { formatSignature } from "./preflight/checkImports.ts";
export { callbackParameters } from "./callbackParameters.ts";
export { callbacksOf } from "./preflight/guestExports.ts";
export { nearestName } from "./nearestName.ts";
export { readScenario, readScenarioText } from "./readScenario.ts";
export { findJsonError, type JsonError } from "./jsonSyntax.ts";
export { formatJson, toJson, type JsonOf } from "./formatJson.ts";
export { formatEnvoy } from "./formatEnvoy.ts";
export { formatText } from "./formatText.ts";
export { formatTrace, traceFormats, traceLines, type TraceFormat } from "./formatTrace.ts";
export { hostFunctionsFor } from "./hostcalls/index.ts";
export {
  FaultLab,
  LATER_CONNECTIONS,
  NoFaultsPossible,
  hangingResult,
  type FaultResult,
} from "./faults/faultLab.ts";
export type { FaultCase } from "./faults/faultCases.ts";
export type { ConnectionOutcome } from "./faults/faultOutcome.ts";
export {
  countOutcomes,
  describeFaults,
  faultProblem,
  groupFaults,
  outcomeNames,
  type FaultGroup,
} from "./faults/groupFaults.ts";
export {
  bundleFiles,
  settingsOf,
  type BundleFile,
  type PluginSettings,
  type BundleInput,
  type BundleTarget,
} from "./bundle/bundleFiles.ts";
export { checkFilter, type FilterCheck } from "./bundle/checkFilter.ts";
export type { Mark } from "./bundle/fillIn.ts";
export { bundleTargets } from "./bundle/targets.ts";
