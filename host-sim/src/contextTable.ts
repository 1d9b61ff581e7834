/** The contexts of a VM by their number. */
import type { Context } from "./context.ts";

const FIRST_SIZE = 64;

/**
 * A hash table with chains. Numbers are given one after the other, so they spread evenly: adding and
 * removing takes the same time however many contexts there are, and makes no garbage.
 */
export class ContextTable {
  #buckets: (Context | undefined)[] = Array<undefined>(FIRST_SIZE).fill(undefined);
  #count = 0;

  get(id: number): Context | undefined {
    let context = this.#buckets[id & (this.#buckets.length - 1)];
    while (context && context.id !== id) context = context.nextInTable;
    return context;
  }

  add(context: Context): void {
    if (++this.#count > this.#buckets.length) this.#grow();
    this.#link(context);
  }

  remove(context: Context): void {
    const bucket = context.id & (this.#buckets.length - 1);
    const head = this.#buckets[bucket];
    if (head === context) this.#buckets[bucket] = context.nextInTable;
    else {
      let before = head;
      while (before && before.nextInTable !== context) before = before.nextInTable;
      if (!before) return;
      before.nextInTable = context.nextInTable;
    }
    context.nextInTable = undefined;
    this.#count--;
  }

  #link(context: Context): void {
    const bucket = context.id & (this.#buckets.length - 1);
    context.nextInTable = this.#buckets[bucket];
    this.#buckets[bucket] = context;
  }

  #grow(): void {
    const old = this.#buckets;
    this.#buckets = Array<undefined>(old.length * 2).fill(undefined);
    for (let context of old) {
      while (context) {
        const next: Context | undefined = context.nextInTable;
        this.#link(context);
        context = next;
      }
    }
  }
}
