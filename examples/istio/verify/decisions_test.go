package verify

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"sync"
)

// What the filter decides, asked from the filter itself, on the simulator.
var (
	decisions = map[string]string{}
	asking    sync.Mutex
)

// decide answers the cluster that the filter names for a source (an IP) and a destination (IP:port).
func decide(configuration, source, destination string) (string, error) {
	asking.Lock()
	defer asking.Unlock()
	key := strings.Join([]string{configuration, source, destination}, "\n")
	if known, ok := decisions[key]; ok {
		return known, nil
	}
	command := exec.Command("node", "../../../host-sim/bin/wasmerang.js", "sweep", source+"/32",
		"--wasm", module, "--config", configuration, "--destination", destination, "--format", "json")
	text, err := command.Output()
	if err != nil {
		if exit, ok := err.(*exec.ExitError); ok {
			return "", fmt.Errorf("wasmerang sweep: %s", exit.Stderr)
		}
		return "", err
	}
	var outcome struct{ Outcome, Cluster, By string }
	if err := json.Unmarshal(text, &outcome); err != nil {
		return "", fmt.Errorf("wasmerang sweep: %w in %s", err, text)
	}
	if outcome.By != "filterState" {
		return "", fmt.Errorf("the filter decides nothing for %s with the configuration %s: %s", source, configuration, text)
	}
	decisions[key] = outcome.Cluster
	return outcome.Cluster, nil
}
