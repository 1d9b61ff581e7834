/** IP addresses as Envoy and people write them, and ranges of them. Pure: bytes in, numbers out. */
import { hexDigit } from "./digits";
import { Slice } from "./proxy-wasm/memory";

/**
 * An IPv4 or IPv6 address as 128 bits. IPv4 has its mapped form (::ffff:a.b.c.d), so that a client is
 * the same client whether it came over an IPv4 or a dual-stack listener.
 */
@final
export class IpAddress {
  high: u64 = 0;
  low: u64 = 0;

  // @ts-ignore: decorator
  @inline
  get isIpv4(): bool {
    return this.high == 0 && this.low >> 32 == 0xffff;
  }

  /** The last byte: the last octet of IPv4, the last of the 16 bytes of IPv6. */
  // @ts-ignore: decorator
  @inline
  get lastByte(): u32 {
    return (<u32>this.low) & 0xff;
  }
}

/** 2^64 divided by the golden ratio: spreads numbers that follow each other. */
const GOLDEN: u64 = 0x9e3779b97f4a7c15;

/** A range such as 10.1.0.0/16. A range of IPv4 holds no IPv6 address and the other way round. */
@final
export class IpRange {
  private high: u64;
  private low: u64;
  private highMask: u64;
  private lowMask: u64;
  private isIpv4: bool;

  /** `prefixLength` counts from the start of the 128 bits, for IPv4 too: its /16 is 112 here. */
  constructor(address: IpAddress, prefixLength: u32) {
    const all: u64 = 0xffffffffffffffff;
    this.highMask = prefixLength == 0 ? 0 : prefixLength >= 64 ? all : all << (64 - prefixLength);
    this.lowMask = prefixLength <= 64 ? 0 : all << (128 - prefixLength);
    this.high = address.high & this.highMask;
    this.low = address.low & this.lowMask;
    this.isIpv4 = prefixLength >= 96 && address.isIpv4;
  }

  /** Which of `mask + 1` buckets the ranges of this length are in that could hold `address`. */
  bucketOf(address: IpAddress, mask: u32): u32 {
    const high = address.high & this.highMask;
    const low = address.low & this.lowMask;
    // A multiplication carries low bits up only; the upper half of the product depends on all.
    return (<u32>((((high * GOLDEN) ^ low) * GOLDEN) >> 32)) & mask;
  }

  /** True if both have the same length and the same kind of addresses. */
  isAsLongAs(other: IpRange): bool {
    return (
      this.highMask == other.highMask &&
      this.lowMask == other.lowMask &&
      this.isIpv4 == other.isIpv4
    );
  }

  contains(address: IpAddress): bool {
    return (
      (address.high & this.highMask) == this.high &&
      (address.low & this.lowMask) == this.low &&
      address.isIpv4 == this.isIpv4
    );
  }
}

const CLOSING_BRACKET: u8 = 0x5d;
const COLON: u8 = 0x3a;
const DOT: u8 = 0x2e;
const OPENING_BRACKET: u8 = 0x5b;
const PERCENT: u8 = 0x25;
const SLASH: u8 = 0x2f;
const ZERO: u8 = 0x30;

/**
 * Reads the address of a socket: `10.0.0.42:51324`, `[2001:db8::1]:443`, `[fe80::1%3]:80`; the port,
 * and with it the brackets, may be absent. False for anything else, such as the path of a Unix socket.
 */
export function readSocketAddress(text: Slice, address: IpAddress): bool {
  reader.start(text);
  if (reader.skip(OPENING_BRACKET)) {
    if (!reader.ipv6(address) || !reader.optionalZone() || !reader.skip(CLOSING_BRACKET)) {
      return false;
    }
    return reader.optionalPort();
  }
  if (reader.ipv4(address)) return reader.optionalPort();
  reader.start(text);
  return reader.ipv6(address) && reader.optionalZone() && reader.atEnd;
}

/**
 * Reads a range in CIDR notation, and the address that it is written with. Bits behind the prefix are
 * ignored, as Envoy does.
 */
export function readRange(text: Slice, address: IpAddress): IpRange | null {
  reader.start(text);
  const isDotted = reader.ipv4(address);
  if (!isDotted) {
    reader.start(text);
    if (!reader.ipv6(address)) return null;
  }
  if (!reader.skip(SLASH)) return null;
  const length = reader.decimal(3);
  if (length < 0 || length > (isDotted ? 32 : 128) || !reader.atEnd) return null;
  return new IpRange(address, isDotted ? length + 96 : length);
}

/** Reads a port from 1 to 65535 without leading zeros; 0 for anything else. */
export function readPort(text: Slice): u32 {
  reader.start(text);
  const port = reader.decimal(5);
  return port > 0 && port <= 65535 && reader.atEnd ? port : 0;
}

/** Walks through one text. There is one reader, so that reading an address allocates nothing. */
@final
class AddressReader {
  private text: Slice = new Slice();
  private position: u32 = 0;
  private groups: StaticArray<u16> = new StaticArray<u16>(8);

  start(text: Slice): void {
    this.text = text;
    this.position = 0;
  }

  get atEnd(): bool {
    return this.position == this.text.length;
  }

  skip(byte: u8): bool {
    if (this.peek() != byte) return false;
    this.position++;
    return true;
  }

  /** A number of at most `most` digits without leading zeros; -1 if there is none. */
  decimal(most: u32): i32 {
    const start = this.position;
    let value = 0;
    while (this.position - start < most) {
      const digit = this.peek() - ZERO;
      if (digit > 9) break;
      value = value * 10 + digit;
      this.position++;
    }
    const digits = this.position - start;
    if (digits == 0 || this.peek() - ZERO <= 9) return -1;
    return digits > 1 && this.text.at(start) == ZERO ? -1 : value;
  }

  ipv4(address: IpAddress): bool {
    const value = this.dotted();
    if (value < 0) return false;
    address.high = 0;
    address.low = 0xffff_0000_0000 | (<u64>value);
    return true;
  }

  ipv6(address: IpAddress): bool {
    const groups = this.groups;
    let count = 0;
    let gap = -1;
    if (this.skip(COLON)) {
      if (!this.skip(COLON)) return false;
      gap = 0;
    }
    // Behind a gap the address may be at its end.
    while (gap != count || hexDigit(this.peek()) >= 0) {
      if (count == 8) return false;
      const start = this.position;
      const group = this.hexGroup();
      if (group < 0) return false;
      if (this.peek() == DOT) {
        this.position = start;
        const value = this.dotted();
        if (value < 0 || count > 6) return false;
        unchecked((groups[count] = <u16>(value >> 16)));
        unchecked((groups[count + 1] = <u16>value));
        count += 2;
        break;
      }
      unchecked((groups[count++] = <u16>group));
      if (!this.skip(COLON)) break;
      if (this.skip(COLON)) {
        if (gap >= 0) return false;
        gap = count;
      }
    }
    if (gap < 0 ? count != 8 : count > 7) return false;
    this.store(address, count, gap < 0 ? count : gap);
    return true;
  }

  /** A zone (`%eth0`) says through which interface an address is reached; it is no part of it. */
  optionalZone(): bool {
    if (!this.skip(PERCENT)) return true;
    const start = this.position;
    while (!this.atEnd && this.peek() != CLOSING_BRACKET) this.position++;
    return this.position > start;
  }

  optionalPort(): bool {
    if (this.atEnd) return true;
    return this.skip(COLON) && this.port();
  }

  private port(): bool {
    const port = this.decimal(5);
    return port >= 0 && port <= 65535 && this.atEnd;
  }

  private peek(): u8 {
    return this.text.at(this.position);
  }

  /** Four octets as one number; -1 if there are none. */
  private dotted(): i64 {
    let value: i64 = 0;
    for (let i = 0; i < 4; i++) {
      if (i > 0 && !this.skip(DOT)) return -1;
      const octet = this.decimal(3);
      if (octet < 0 || octet > 255) return -1;
      value = (value << 8) | octet;
    }
    return value;
  }

  /** One to four hexadecimal digits; -1 if there are none, or more. */
  private hexGroup(): i32 {
    let value = 0;
    let digits = 0;
    while (true) {
      const digit = hexDigit(this.peek());
      if (digit < 0) break;
      if (++digits > 4) return -1;
      value = (value << 4) | digit;
      this.position++;
    }
    return digits == 0 ? -1 : value;
  }

  /** Puts the groups together; the gap `::` before group `gap` stands for the ones that lack. */
  private store(address: IpAddress, count: i32, gap: i32): void {
    let high: u64 = 0;
    let low: u64 = 0;
    for (let i = 0; i < 8; i++) {
      const from = i < gap ? i : i - 8 + count;
      const group: u64 = i < gap || from >= gap ? unchecked(this.groups[from]) : 0;
      if (i < 4) high = (high << 16) | group;
      else low = (low << 16) | group;
    }
    address.high = high;
    address.low = low;
  }
}

const reader = new AddressReader();
