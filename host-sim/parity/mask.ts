/**
 * Numbers that Envoy counts for the whole process, so that they depend on what was played before:
 * the `cas` of shared data and the tokens of queues. Whether the guest hands back the right one
 * shows in what the call answers.
 */
const masks: readonly (readonly [RegExp, string])[] = [
  [/^(\[vm->host\] env\.proxy_set_shared_data\(.*), [1-9]\d*\)$/, "$1, CAS)"],
  [/^(\[vm->host\] env\.proxy_(?:en|de)queue_shared_queue)\(\d+/, "$1(TOKEN"],
  [/^(\[host->vm\] proxy_on_queue_ready\(\d+), \d+\)$/, "$1, TOKEN)"],
];

export function maskLine(line: string): string {
  return masks.reduce((masked, [pattern, by]) => masked.replace(pattern, by), line);
}
