/** What a configuration holds before it is understood: the common form of JSON and Struct. Pure. */

export const enum Kind {
  /** null, true, false: nothing that a configuration says is one of them. */
  Word,
  Number,
  String,
  List,
  Object,
}

/** One value. Items of a list and members of an object follow each other by `next`. */
@final
export class Value {
  kind: Kind;
  /** A string, as UTF-8. */
  text: StaticArray<u8> = NO_BYTES;
  number: f64 = 0;
  first: Value | null = null;
  private last: Value | null = null;
  next: Value | null = null;
  /** The name, if this is a member. */
  name: StaticArray<u8> = NO_BYTES;

  constructor(kind: Kind) {
    this.kind = kind;
  }

  /** Adds an item or a member. */
  append(child: Value): void {
    const last = this.last;
    if (last === null) this.first = child;
    else last.next = child;
    this.last = child;
  }
}

const NO_BYTES = new StaticArray<u8>(0);
