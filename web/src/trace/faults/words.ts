/** The words and marks of the fault lab. */
import type { MarkName } from "../clusterMarks.ts";
import type { ColumnName, Severity } from "./matrix.ts";

export const columnTitles: Readonly<Record<ColumnName, readonly [title: string, below: string]>> = {
  status: ["Other status", "NotFound, …"],
  malformed: ["Bad value", "Ok, broken"],
  other: ["Other value", "Ok, changed"],
  return: ["Other result", "returned"],
  trap: ["Trap", "unreachable"],
};

interface SeverityWords {
  readonly name: string;
  readonly mark: MarkName;
  /** A heading and what it means. */
  readonly title: string;
  readonly means: string;
}

export const severityWords: Readonly<Record<Severity, SeverityWords>> = {
  envoyLost: {
    name: "Envoy lost",
    mark: "bad",
    title: "Envoy is lost",
    means: "The guest kills Envoy, or keeps its worker for ever. Every connection is lost with it.",
  },
  trapped: {
    name: "trapped",
    mark: "bad",
    title: "The guest traps",
    means:
      "The answer of a host call makes the guest trap. The VM is dead; the failure policy decides about every later connection.",
  },
  wrongCluster: {
    name: "wrong cluster",
    mark: "bad",
    title: "A wrong cluster",
    means:
      "The filter sets a cluster that is neither the one without the fault, nor the one for the value that it was given.",
  },
  default: {
    name: "default",
    mark: "rd",
    title: "The connection escapes to tcp_proxy's own cluster",
    means:
      "The filter makes no decision that holds and returns Continue. If tcp_proxy's own cluster reaches the internet, the egress policy is bypassed.",
  },
  closed: {
    name: "closed",
    mark: "bad",
    title: "The connection is closed",
    means: "It reaches no cluster: nothing gets out.",
  },
  stalled: {
    name: "stalled",
    mark: "stalled",
    title: "The connection waits for ever",
    means: "The filter answered StopIteration, and nothing resumes it.",
  },
  later: {
    name: "later ones",
    mark: "refused",
    title: "Later connections suffer",
    means: "This connection is as before; those that come after it are not.",
  },
  asGiven: {
    name: "as given",
    mark: "plain",
    title: "The filter follows the value",
    means: "It chooses what it would choose if the host gave this value by itself.",
  },
  same: {
    name: "same",
    mark: "pending",
    title: "No effect",
    means: "The connection goes where it goes without the fault.",
  },
};
