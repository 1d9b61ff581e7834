package verify

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	wasmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/wasm/v3"
	proxyprotocolv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/proxy_protocol/v3"
	pluginv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/wasm/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/simulation"
	"istio.io/istio/pilot/test/xdstest"
)

const (
	tcpProxy = "envoy.filters.network.tcp_proxy"
	catchAll = "virtualOutbound-catchall-tcp"
)

// problems collects what is wrong; a claim that holds adds nothing.
type problems []string

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }

// check holds the manifests of one folder to every claim of the guide.
func check(t *testing.T, files filesys.FileSystem, overlay string) problems {
	t.Helper()
	var wrong problems
	m, err := build(files, overlay)
	if err != nil {
		return problems{err.Error()}
	}
	validate(m, &wrong)
	checkPods(m, &wrong)
	s, err := start(t, m)
	if err != nil {
		wrong.add("istiod: %v", err)
		return wrong
	}
	for _, ip := range []string{evenClient, oddClient} {
		proxy, err := s.proxy(ip)
		if err != nil {
			wrong.add("%v", err)
			continue
		}
		plugin := checkExternal(s, proxy, &wrong)
		checkPlugin(s.pods[ip].Spec, plugin, m, &wrong)
		checkClusters(s, proxy, ip, plugin, &wrong)
		checkRest(s, proxy, ip, &wrong)
	}
	if proxy, err := s.proxy(otherPod); err != nil {
		wrong.add("%v", err)
	} else if found := chainsWithFilter(s.ConfigGenTest.Listeners(proxy)); len(found) > 0 {
		wrong.add("another workload has the filter: %v", found)
	}
	return wrong
}

func external(address string, port int, protocol simulation.Protocol, tls simulation.TLSMode) simulation.Call {
	return simulation.Call{
		Address: address, Port: port, Protocol: protocol, TLS: tls,
		CallMode: simulation.CallModeOutbound, HostHeader: "example.com",
	}
}

// What the clients may dial outside, HTTP and TLS included.
var externalCalls = []simulation.Call{
	external(outside, 80, simulation.HTTP, ""),
	external(outside, 443, simulation.HTTP, simulation.TLS),
	external("198.51.100.7", 80, simulation.HTTP, ""),
	external("198.51.100.7", 443, simulation.HTTP, simulation.TLS),
	external("198.51.100.7", 5432, simulation.TCP, ""),
}

// External traffic meets the filter right before tcp_proxy, in the catch-all chain, whose own cluster leads
// nowhere. Answers the filter's configuration.
func checkExternal(s *istiod, proxy *model.Proxy, wrong *problems) *pluginv3.PluginConfig {
	for _, call := range externalCalls {
		way := s.dial(proxy, call)
		last := way.filters[max(0, len(way.filters)-2):]
		if way.ListenerMatched != "virtualOutbound" || way.FilterChainMatched != catchAll ||
			way.ClusterMatched != "BlackHoleCluster" || len(last) != 2 || !isFilter(last[0]) || last[1] != tcpProxy {
			wrong.add("%s:%d goes %v", call.Address, call.Port, way)
		}
	}
	return pluginOf(s, proxy, wrong)
}

func isFilter(name string) bool {
	return strings.Contains(name, "wasm")
}

func chainsOf(listener *listenerv3.Listener) []*listenerv3.FilterChain {
	return append(slices.Clone(listener.FilterChains), listener.DefaultFilterChain)
}

// chainsWithFilter names every chain that has the filter, as listener/chain.
func chainsWithFilter(listeners []*listenerv3.Listener) []string {
	var out []string
	for _, listener := range listeners {
		for _, chain := range chainsOf(listener) {
			if slices.ContainsFunc(chain.GetFilters(), func(f *listenerv3.Filter) bool { return isFilter(f.Name) }) {
				out = append(out, listener.Name+"/"+chain.GetName())
			}
		}
	}
	sort.Strings(out)
	return out
}

// pluginOf reads the configuration of the filter, from the chain or from where the chain says (ECDS).
func pluginOf(s *istiod, proxy *model.Proxy, wrong *problems) *pluginv3.PluginConfig {
	for _, listener := range s.ConfigGenTest.Listeners(proxy) {
		for _, chain := range chainsOf(listener) {
			for _, filter := range chain.GetFilters() {
				if !isFilter(filter.Name) {
					continue
				}
				config := filter.GetTypedConfig()
				if discovery := filter.GetConfigDiscovery(); discovery != nil {
					for _, found := range s.ConfigGen.BuildExtensionConfiguration(proxy, s.PushContext(), []string{filter.Name}, nil) {
						config = found.GetTypedConfig()
					}
				}
				var wasm wasmv3.Wasm
				if err := config.UnmarshalTo(&wasm); err != nil {
					wrong.add("the configuration of %s is none of a wasm filter: %v", filter.Name, err)
					return nil
				}
				return wasm.Config
			}
		}
	}
	wrong.add("no chain has the filter")
	return nil
}

// configurationOf is the text that the filter gets.
func configurationOf(plugin *pluginv3.PluginConfig) (string, error) {
	var text wrapperspb.StringValue
	err := plugin.GetConfiguration().UnmarshalTo(&text)
	return text.GetValue(), err
}

// The names that the filter emits are clusters of this proxy, lead to the routers and speak PROXY protocol v2.
func checkClusters(s *istiod, proxy *model.Proxy, ip string, plugin *pluginv3.PluginConfig, wrong *problems) {
	configuration, err := configurationOf(plugin)
	if err != nil {
		wrong.add("the filter's configuration is no text: %v", err)
		return
	}
	clusters := xdstest.ExtractClusters(s.Clusters(proxy))
	endpoints := xdstest.ExtractLoadAssignments(s.Endpoints(proxy))
	for _, port := range []int{80, 443} {
		name, err := decide(configuration, ip, fmt.Sprintf("%s:%d", outside, port))
		if err != nil {
			wrong.add("%v", err)
			continue
		}
		cluster := clusters[name]
		if cluster == nil {
			wrong.add("%s, which the filter names for port %d, is no cluster", name, port)
			continue
		}
		want := []string{"10.244.0.11:8080"}
		if strings.Contains(name, "egress2") {
			want = []string{"10.244.0.12:8080"}
		}
		if !slices.Equal(endpoints[name], want) {
			wrong.add("%s leads to %v, not to %v", name, endpoints[name], want)
		}
		sockets := []*corev3.TransportSocket{}
		for _, match := range cluster.GetTransportSocketMatches() {
			sockets = append(sockets, match.GetTransportSocket())
		}
		if len(sockets) == 0 {
			sockets = append(sockets, cluster.GetTransportSocket())
		}
		for _, socket := range sockets {
			checkSocket(name, socket, wrong)
		}
	}
}

func checkSocket(cluster string, socket *corev3.TransportSocket, wrong *problems) {
	var proxy proxyprotocolv3.ProxyProtocolUpstreamTransport
	if err := socket.GetTypedConfig().UnmarshalTo(&proxy); err != nil {
		wrong.add("%s speaks no PROXY protocol: %v", cluster, err)
		return
	}
	if version := proxy.GetConfig().GetVersion(); version != corev3.ProxyProtocolConfig_V2 {
		wrong.add("%s speaks PROXY protocol %v", cluster, version)
	}
	if inner := proxy.GetTransportSocket().GetTypedConfig().GetTypeUrl(); !strings.HasSuffix(inner, ".raw_buffer.v3.RawBuffer") {
		wrong.add("%s speaks PROXY protocol over %q", cluster, inner)
	}
}

// Nothing but the catch-all chain has the filter: no service of the mesh, no DNS, nothing inbound.
func checkRest(s *istiod, proxy *model.Proxy, ip string, wrong *problems) {
	if found := chainsWithFilter(s.ConfigGenTest.Listeners(proxy)); !slices.Equal(found, []string{"virtualOutbound/" + catchAll}) {
		wrong.add("the filter is in %v", found)
	}
	for cluster, call := range map[string]simulation.Call{
		"outbound|80||egress1.default.svc.cluster.local":      {Address: "10.96.0.11", Port: 80, CallMode: simulation.CallModeOutbound},
		"outbound|443||egress2.default.svc.cluster.local":     {Address: "10.96.0.12", Port: 443, CallMode: simulation.CallModeOutbound},
		"outbound|53||kube-dns.kube-system.svc.cluster.local": {Address: "10.96.0.10", Port: 53, CallMode: simulation.CallModeOutbound},
		"inbound|8000||": {Address: ip, Port: 8000, Protocol: simulation.HTTP, CallMode: simulation.CallModeInbound},
		"inbound|9000||": {Address: ip, Port: 9000, CallMode: simulation.CallModeInbound},
	} {
		if call.Protocol == "" {
			call.Protocol = simulation.TCP
		}
		way := s.dial(proxy, call)
		if way.ClusterMatched != cluster || slices.ContainsFunc(way.filters, isFilter) {
			wrong.add("%s:%d goes %v, not to %s without the filter", call.Address, call.Port, way, cluster)
		}
	}
}
