import "../../styles/observed.css";
import { useMemo, useState } from "react";
import type { HostCall } from "wasmerang";
import { memoryParts, type MemoryPart } from "../../trace/memoryParts.ts";
import type { MemoryAnswer, MemoryBlock } from "../../trace/observation.ts";
import { HexView, type Span } from "../inspector/HexView.tsx";
import { useObservation } from "../useObservation.ts";

type Side = "before" | "after";
const tints = ["var(--accent-bg)", "var(--r1-bg)", "var(--r2-bg)", "var(--r3-bg)"];

/** The guest's memory around a host call: what the host read and wrote there, and what changed. */
export function MemoryView({ call }: { readonly call: HostCall }) {
  const parts = useMemo(() => memoryParts(call), [call]);
  const ranges = parts.map(({ pointer, length }) => ({ pointer, length }));
  const observed = useObservation<"memory">({ kind: "memory", seq: call.seq, ranges });
  if (observed.status === "asking") return <p className="note">Running to this call again …</p>;
  if (observed.status === "failed")
    return <p className="note">The memory could not be read: {observed.message}.</p>;
  return <Memory answer={observed.answer} parts={parts} />;
}

function Memory(props: { readonly answer: MemoryAnswer; readonly parts: readonly MemoryPart[] }) {
  const { answer, parts } = props;
  const hasAfter = answer.blocks.some(({ after }) => after !== undefined);
  const [side, setSide] = useState<Side>("after");
  const [lit, setLit] = useState<string>();
  const changed = answer.blocks.reduce((sum, block) => sum + changedIn(block).size, 0);
  const shown = hasAfter ? side : "before";
  return (
    <div className="memory">
      <div className="memory-head">
        <span className="note">
          {answer.size / 1024} kB in all. {changed === 0 ? "Nothing" : `${changed} bytes`} changed
          {changed === 0 ? "." : ", underlined."}
        </span>
        {hasAfter ? (
          <div className="segmented" role="group" aria-label="Memory before or after the call">
            {(["before", "after"] as const).map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={side === one}
                onClick={() => setSide(one)}
              >
                {one === "before" ? "Before" : "After"}
              </button>
            ))}
          </div>
        ) : undefined}
      </div>
      <ul className="memory-parts">
        {parts.map((part, index) => (
          <li key={part.key}>
            <button
              type="button"
              aria-pressed={lit === part.key}
              className={lit === part.key ? "lit" : undefined}
              onPointerEnter={() => setLit(part.key)}
              onPointerLeave={() => setLit(undefined)}
              onFocus={() => setLit(part.key)}
              onBlur={() => setLit(undefined)}
            >
              <i style={{ background: tints[index % tints.length] }} />
              <span className="access">host {part.access}</span>
              <span>{part.name}</span>
              <code>
                {hex(part.pointer)} + {part.length} B
              </code>
            </button>
          </li>
        ))}
      </ul>
      {answer.blocks.map((block) => {
        const bytes = (shown === "after" ? block.after : block.before) ?? block.before;
        const marks = changedIn(block);
        const spans = spansOf(block, parts);
        const isOfGuest = spans.length === 0;
        return (
          <div key={block.address} className="memory-block">
            <h4 className="address">
              {hex(block.address)}
              {isOfGuest ? (
                <span className="note"> changed by the guest&apos;s own allocator</span>
              ) : undefined}
            </h4>
            <HexView
              bytes={bytes}
              base={block.address}
              spans={spans}
              changed={marks}
              lit={lit}
              onLight={setLit}
            />
          </div>
        );
      })}
    </div>
  );
}

/** Indexes into the block. */
function changedIn({ before, after }: MemoryBlock): ReadonlySet<number> {
  const found = new Set<number>();
  after?.forEach((byte, index) => {
    if (byte !== before[index]) found.add(index);
  });
  return found;
}

function spansOf({ address, before }: MemoryBlock, parts: readonly MemoryPart[]): readonly Span[] {
  const end = address + before.length;
  return parts.flatMap(({ key, pointer, length }, index): Span[] => {
    if (pointer >= end || pointer + length <= address) return [];
    return [
      {
        key,
        start: Math.max(0, pointer - address),
        end: Math.min(before.length, pointer + length - address),
        tint: tints[index % tints.length] ?? "",
      },
    ];
  });
}

const hex = (address: number) => `0x${address.toString(16).padStart(5, "0")}`;
