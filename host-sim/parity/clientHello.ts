/**
 * A TLS ClientHello (RFC 8446, 4.1.2) that names a server (RFC 6066, 3): Envoy's `tls_inspector`
 * reads the name and leaves the bytes to the filters. Always the same bytes for a name.
 */

const MAX_NAME = 255;
const TLS_1_2 = [3, 3];
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const RANDOM = Buffer.alloc(32, 0x5a);
/** TLS_AES_128_GCM_SHA256 and TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256. */
const CIPHER_SUITES = [0x13, 0x01, 0xc0, 0x2f];

/** Undefined for a name that BoringSSL refuses: empty, too long, or with a zero byte. */
export function clientHello(serverName: string): Buffer | undefined {
  const name = Buffer.from(serverName);
  if (name.length === 0 || name.length > MAX_NAME || name.includes(0)) return undefined;
  const extensions = [
    extension(0, counted(2, [0], counted(2, name))),
    // supported_versions: 1.3 and 1.2
    extension(43, counted(1, [3, 4, 3, 3])),
    // supported_groups: x25519
    extension(10, counted(2, [0, 29])),
  ];
  const hello = counted(
    3,
    TLS_1_2,
    RANDOM,
    counted(1),
    counted(2, CIPHER_SUITES),
    counted(1, [0]),
    counted(2, ...extensions),
  );
  return Buffer.from([HANDSHAKE, 3, 1, ...counted(2, [CLIENT_HELLO], hello)]);
}

type Bytes = Uint8Array | readonly number[];

const extension = (type: number, contents: Bytes): Bytes => [0, type, ...counted(2, contents)];

/** The parts with their length in front, in `width` bytes. */
function counted(width: number, ...parts: readonly Bytes[]): Buffer {
  const contents = parts.flatMap((part) => [...part]);
  const length = Buffer.alloc(width);
  length.writeUIntBE(contents.length, 0, width);
  return Buffer.concat([length, Buffer.from(contents)]);
}
