import { useRef, type KeyboardEvent, type ReactNode } from "react";

export interface TabItem {
  readonly id: string;
  readonly content: ReactNode;
}

/** Tabs of which one is reached by Tab and the others by arrow keys, Home and End. */
export function TabList(props: {
  readonly label: string;
  /** Id of the element that shows the selected one; the tab's own is that with `-tab`. */
  readonly controls: string;
  readonly items: readonly TabItem[];
  readonly selected: string;
  readonly vertical?: boolean;
  readonly onSelect: (id: string) => void;
}) {
  const { label, controls, items, selected, vertical = false, onSelect } = props;
  const list = useRef<HTMLDivElement>(null);

  function key(event: KeyboardEvent) {
    const at = items.findIndex(({ id }) => id === selected);
    const next = placeAfter(event.key, at, items.length, vertical);
    const item = next === undefined ? undefined : items[next];
    if (next === undefined || !item) return;
    onSelect(item.id);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div
      role="tablist"
      aria-label={label}
      aria-orientation={vertical ? "vertical" : "horizontal"}
      ref={list}
      onKeyDown={key}
    >
      {items.map(({ id, content }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={id === selected ? `${controls}-tab` : undefined}
          aria-selected={id === selected}
          aria-controls={controls}
          tabIndex={id === selected ? 0 : -1}
          onClick={() => onSelect(id)}
        >
          {content}
        </button>
      ))}
    </div>
  );
}

function placeAfter(key: string, at: number, count: number, vertical: boolean) {
  switch (key) {
    case vertical ? "ArrowDown" : "ArrowRight":
      return (at + 1) % count;
    case vertical ? "ArrowUp" : "ArrowLeft":
      return (at - 1 + count) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
