package verify

import (
	"fmt"
	"os"
	"strings"
	"testing"

	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"
	corev1 "k8s.io/api/core/v1"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/simulation"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/cluster"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/test"
)

// A running istiod that knows the manifests and the rest of the cluster.
type istiod struct {
	*xds.FakeDiscoveryServer
	t    *testing.T
	pods map[string]*corev1.Pod
}

// plain says that the answers are for an Envoy without Istio's own filters, which is what plays the goldens.
// The process starts with PILOT_ENABLE_METADATA_EXCHANGE=false and PILOT_ENABLE_ALPN_FILTER=false then.
func plain() bool { return os.Getenv("PILOT_ENABLE_METADATA_EXCHANGE") == "false" }

func meshConfig() *meshconfig.MeshConfig {
	config := mesh.DefaultMeshConfig()
	if plain() {
		config.EnableAutoMtls = wrapperspb.Bool(false)
	} else {
		// What `istioctl install` sets; it brings the filter istio.stats.
		config.DefaultProviders.Metrics = []string{"prometheus"}
	}
	return config
}

// start answers an istiod that ends with the test. What Istio refuses is the error.
func start(t *testing.T, m *manifests) (*istiod, error) {
	t.Helper()
	others, err := readObjects("testdata/cluster.yaml")
	if err != nil {
		return nil, err
	}
	objects, err := run(append(others, m.kubernetes...))
	if err != nil {
		return nil, err
	}
	configs := m.istio
	if plain() {
		text, err := os.ReadFile("testdata/plain.yaml")
		if err != nil {
			return nil, err
		}
		configs = append(configs, string(text))
	}
	out := &istiod{t: t, pods: map[string]*corev1.Pod{}}
	for _, pod := range objectsOf[*corev1.Pod](objects) {
		out.pods[pod.Status.PodIP] = pod
	}
	err = test.Wrap(func(failer test.Failer) {
		out.FakeDiscoveryServer = xds.NewFakeDiscoveryServer(untilTheEnd{failer, t}, xds.FakeOptions{
			KubernetesObjects: objects,
			ConfigString:      strings.Join(configs, "---\n"),
			MeshConfig:        meshConfig(),
		})
	})
	return out, err
}

// untilTheEnd fails like its Failer, and cleans up when the test ends.
type untilTheEnd struct {
	test.Failer
	t *testing.T
}

func (u untilTheEnd) Cleanup(f func()) { u.t.Cleanup(f) }

// proxy is the sidecar of a pod.
func (s *istiod) proxy(ip string) (*model.Proxy, error) {
	pod := s.pods[ip]
	if pod == nil || sidecarOf(pod.Spec) == nil {
		return nil, fmt.Errorf("there is no pod %s with a sidecar", ip)
	}
	return s.SetupProxy(&model.Proxy{
		ID:              pod.Name + "." + pod.Namespace,
		ConfigNamespace: pod.Namespace,
		IPAddresses:     []string{ip},
		Labels:          pod.Labels,
		Metadata: &model.NodeMetadata{
			Namespace: pod.Namespace, Labels: pod.Labels, ClusterID: cluster.ID("Kubernetes"), IstioVersion: "1.31.0",
		},
	}), nil
}

// A way is where a connection of a pod ends: listener, filter chain, its network filters, cluster.
type way struct {
	simulation.Result
	filters []string
}

func (w way) String() string {
	where := fmt.Sprintf("%s/%s %v -> %s", w.ListenerMatched, w.FilterChainMatched, w.filters, w.ClusterMatched)
	if w.Error != nil {
		return where + ": " + w.Error.Error()
	}
	return where
}

func (s *istiod) dial(proxy *model.Proxy, call simulation.Call) way {
	var out way
	call.CustomListenerValidations = append(call.CustomListenerValidations, func(chain *listenerv3.FilterChain) error {
		for _, filter := range chain.Filters {
			out.filters = append(out.filters, filter.Name)
		}
		return nil
	})
	out.Result = simulation.NewSimulation(s.t, s.FakeDiscoveryServer, proxy).Run(call)
	return out
}
