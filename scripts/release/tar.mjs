const BLOCK = 512;

/**
 * A tar archive (ustar) of regular files that is the same for the same input: mode 0644, owner 0, time 0.
 * @param {readonly { path: string, bytes: Uint8Array }[]} files with paths of at most 100 bytes
 * @returns {Uint8Array}
 */
export function tar(files) {
  const parts = files.flatMap(({ path, bytes }) => [
    header(path, bytes.length),
    bytes,
    Buffer.alloc(-bytes.length & (BLOCK - 1)),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

/** @param {string} path @param {number} size */
function header(path, size) {
  const block = Buffer.alloc(BLOCK);
  const octal = (/** @type {number} */ value, /** @type {number} */ digits) =>
    `${value.toString(8).padStart(digits, "0")}\0`;
  if (Buffer.byteLength(path) > 100) throw new Error(`too long for a tar header: ${path}`);
  block.write(path, 0);
  block.write(octal(0o644, 7), 100);
  block.write(octal(0, 7), 108); // uid
  block.write(octal(0, 7), 116); // gid
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136); // time
  block.write(" ".repeat(8), 148); // the checksum counts as spaces
  block.write("0ustar\x0000", 156); // a regular file
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)} `, 148);
  return block;
}
