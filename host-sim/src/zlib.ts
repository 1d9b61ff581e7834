/** zlib as Envoy's compress and uncompress use it: the default level, and no dictionary. */
import { deflate, Inflate } from "pako";
import type { Zlib } from "./libraries.ts";

export const zlib: Zlib = {
  compress: (data) => deflate(data),
  uncompress(data) {
    const inflate = new Inflate();
    inflate.push(data, true);
    const { err, result } = inflate;
    return err === 0 && result instanceof Uint8Array ? result : undefined;
  },
};
