package verify

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	"google.golang.org/protobuf/proto"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/util/protomarshal"
)

// What Istio tells one sidecar.
type answer struct {
	Listeners []json.RawMessage `json:"listeners"`
	Clusters  []json.RawMessage `json:"clusters"`
	Endpoints []json.RawMessage `json:"endpoints"`
}

// TestGolden is no test: it writes what Istio tells the clients' sidecars to GOLDEN_DIR, one file for each
// folder of manifests.
func TestGolden(t *testing.T) {
	dir := os.Getenv("GOLDEN_DIR")
	if dir == "" {
		t.Skip("GOLDEN_DIR is not set")
	}
	if !plain() {
		t.Fatal("PILOT_ENABLE_METADATA_EXCHANGE is not false: plain Envoy could not play the goldens")
	}
	files, err := readExample()
	if err != nil {
		t.Fatal(err)
	}
	for _, overlay := range []string{"configmap", "json"} {
		m, err := build(files, overlay)
		if err != nil {
			t.Fatal(err)
		}
		s, err := start(t, m)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]answer{}
		for _, ip := range []string{evenClient, oddClient} {
			proxy, err := s.proxy(ip)
			if err != nil {
				t.Fatal(err)
			}
			out[ip] = answerTo(t, s, proxy)
		}
		text, err := json.MarshalIndent(out, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, overlay+".json"), append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// answerTo is in order of the names: Istio's own order is another one each time.
func answerTo(t *testing.T, s *istiod, proxy *model.Proxy) answer {
	return answer{
		Listeners: toJSON(t, s.ConfigGenTest.Listeners(proxy), (*listenerv3.Listener).GetName),
		Clusters:  toJSON(t, s.Clusters(proxy), (*clusterv3.Cluster).GetName),
		Endpoints: toJSON(t, s.Endpoints(proxy), (*endpointv3.ClusterLoadAssignment).GetClusterName),
	}
}

func toJSON[T proto.Message](t *testing.T, messages []T, name func(T) string) []json.RawMessage {
	out := make([]json.RawMessage, 0, len(messages))
	slices.SortFunc(messages, func(a, b T) int { return strings.Compare(name(a), name(b)) })
	for _, message := range messages {
		text, err := protomarshal.ToJSON(message)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, json.RawMessage(text))
	}
	return out
}
