/** The value of an ASCII hexadecimal digit; -1 for any other byte. Pure. */
export function hexDigit(byte: u8): i32 {
  const digit = <u8>(byte - 0x30);
  if (digit <= 9) return digit;
  const letter = <u8>((byte | 0x20) - 0x61);
  return letter < 6 ? letter + 10 : -1;
}

/** True for an ASCII decimal digit. */
export function isDigit(byte: u8): bool {
  return <u8>(byte - 0x30) <= 9;
}
