/** zlib as Envoy's compress and uncompress use it: the default level, and no dictionary. */
import { deflate, Inflate } from "pako";
import { formatSize, HELD_BYTES, LimitReached } from "./limits.ts";
import type { Zlib } from "./libraries.ts";

export const zlib: Zlib = {
  compress: (data) => deflate(data),
  uncompress(data) {
    const inflate = new Inflate();
    // A megabyte can unpack to a gigabyte.
    let size = 0;
    const keep = inflate.onData.bind(inflate);
    inflate.onData = (chunk) => {
      size += chunk.length;
      if (size > HELD_BYTES) {
        throw new LimitReached(`uncompress has given more than ${formatSize(HELD_BYTES)}`);
      }
      keep(chunk);
    };
    inflate.push(data, true);
    const { err, result } = inflate;
    return err === 0 && result instanceof Uint8Array ? result : undefined;
  },
};
