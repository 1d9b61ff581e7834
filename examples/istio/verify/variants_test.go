package verify

import (
	"fmt"
	"slices"
	"testing"

	"istio.io/istio/pilot/pkg/simulation"
)

// client starts an istiod for a folder, after edits, and answers it with the even client's ways.
func client(t *testing.T, overlay string, edits ...edit) (*istiod, func(simulation.Call) way) {
	t.Helper()
	files, err := readExample()
	if err != nil {
		t.Fatal(err)
	}
	for _, edit := range edits {
		if err := edit.apply(files); err != nil {
			t.Fatal(err)
		}
	}
	m, err := build(files, overlay)
	if err != nil {
		t.Fatal(err)
	}
	var wrong problems
	validate(m, &wrong)
	for _, problem := range wrong {
		t.Error(problem)
	}
	s, err := start(t, m)
	if err != nil {
		t.Fatal(err)
	}
	proxy, err := s.proxy(evenClient)
	if err != nil {
		t.Fatal(err)
	}
	return s, func(call simulation.Call) way { return s.dial(proxy, call) }
}

func expect(t *testing.T, what string, got way, listener, cluster string, filtered bool) {
	t.Helper()
	if got.ListenerMatched != listener || got.ClusterMatched != cluster || slices.ContainsFunc(got.filters, isFilter) != filtered {
		t.Errorf("%s goes %v, not by %s to %s with the filter %t", what, got, listener, cluster, filtered)
	}
}

var (
	withoutSidecar = edit{file: "/base/kustomization.yaml", old: "  - sidecar.yaml\n", new: ""}
	http80         = external("198.51.100.7", 80, simulation.HTTP, "")
	tls443         = external("198.51.100.7", 443, simulation.HTTP, simulation.TLS)
	shop           = external("10.96.0.40", 80, simulation.HTTP, "")
)

// Why the Sidecar: one HTTP service anywhere in the mesh takes port 80 away from the filter. Port 443 still
// meets it, but goes out undecided if the filter does not route it.
func TestWithoutSidecarHTTPEscapes(t *testing.T) {
	_, dial := client(t, "configmap", withoutSidecar)
	expect(t, "HTTP", dial(http80), "0.0.0.0_80", "PassthroughCluster", false)
	expect(t, "TLS", dial(tls443), "virtualOutbound", "PassthroughCluster", true)
}

// no-sidecar/: port 80 meets the filter again. The price: so does HTTP to the services of the mesh.
func TestNoSidecar(t *testing.T) {
	_, dial := client(t, "no-sidecar")
	expect(t, "HTTP", dial(http80), "virtualOutbound", "PassthroughCluster", true)
	expect(t, "HTTP in the mesh", dial(shop), "virtualOutbound", "PassthroughCluster", true)
}

// TrafficExtension and WasmPlugin never reach the catch-all chain: only what the ServiceEntry names.
func TestExtensions(t *testing.T) {
	for _, overlay := range []string{"trafficextension", "wasmplugin"} {
		t.Run(overlay, func(t *testing.T) {
			s, dial := client(t, overlay)
			for _, call := range externalCalls[:2] {
				got := dial(call)
				service := fmt.Sprintf("outbound|%d||destination.external", call.Port)
				expect(t, service, got, fmt.Sprintf("%s_%d", outside, call.Port), service, true)
				filter, proxy := slices.IndexFunc(got.filters, isFilter), slices.Index(got.filters, tcpProxy)
				if filter > proxy {
					t.Errorf("%s: the filter comes after tcp_proxy in %v", service, got.filters)
				}
			}
			for _, call := range externalCalls[2:] {
				expect(t, fmt.Sprintf("%s:%d", call.Address, call.Port), dial(call), "virtualOutbound", "BlackHoleCluster", false)
			}
			proxy, err := s.proxy(evenClient)
			if err != nil {
				t.Fatal(err)
			}
			// What the guide says about its reach.
			want := []string{
				"10.96.0.11_443/", "10.96.0.11_80/", "10.96.0.12_443/", "10.96.0.12_80/",
				outside + "_443/", outside + "_80/",
			}
			if got := chainsWithFilter(s.ConfigGenTest.Listeners(proxy)); !slices.Equal(got, want) {
				t.Errorf("the filter is in %v, not in %v", got, want)
			}
		})
	}
}
