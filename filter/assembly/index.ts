/** The entry: which callbacks the host finds, and the filter behind them. */
import { WasmerangRoot } from "./filter";
import { registerRoot } from "./proxy-wasm/callbacks";

registerRoot(() => new WasmerangRoot());

export {
  malloc,
  proxy_abi_version_0_2_1,
  proxy_on_configure,
  proxy_on_context_create,
  proxy_on_delete,
  proxy_on_new_connection,
} from "./proxy-wasm/callbacks";
