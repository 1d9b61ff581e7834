package verify

import (
	"bytes"
	"os"
	"path"
	"slices"

	bootstrapv3 "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	proxyprotocolv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/listener/proxy_protocol/v3"
	pluginv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/wasm/v3"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"istio.io/istio/pkg/util/protomarshal"
)

// Clients have a sidecar; routers, which would not get their PROXY header through one, have none, and only
// clients may speak to them.
func checkPods(m *manifests, wrong *problems) {
	policies := objectsOf[*networkingv1.NetworkPolicy](m.kubernetes)
	var clients []labels.Set
	for _, deployment := range objectsOf[*appsv1.Deployment](m.kubernetes) {
		if deployment.Name == "client" {
			clients = append(clients, deployment.Spec.Template.Labels)
		}
	}
	for _, deployment := range objectsOf[*appsv1.Deployment](m.kubernetes) {
		pod := deployment.Spec.Template
		if !selects(deployment.Spec.Selector, pod.Labels) {
			wrong.add("Deployment %s does not select its own pods", deployment.Name)
		}
		injected, err := inject(deployment)
		if err != nil {
			wrong.add("%v", err)
			continue
		}
		isClient := deployment.Name == "client"
		if has := sidecarOf(injected.Spec.Template.Spec) != nil; has != isClient {
			wrong.add("Deployment %s: sidecar is %t", deployment.Name, has)
		}
		for _, volume := range pod.Spec.Volumes {
			if volume.ConfigMap != nil && configMap(m, volume.ConfigMap.Name) == nil {
				wrong.add("Deployment %s: there is no ConfigMap %s", deployment.Name, volume.ConfigMap.Name)
			}
		}
		if deployment.Name == "egress1" || deployment.Name == "egress2" {
			checkPolicy(deployment.Name, pod.Labels, clients, policies, wrong)
			checkRouter(m, pod.Spec, wrong)
		}
	}
}

func checkPolicy(name string, router labels.Set, clients []labels.Set, policies []*networkingv1.NetworkPolicy, wrong *problems) {
	for _, policy := range policies {
		if !selects(&policy.Spec.PodSelector, router) {
			continue
		}
		for _, rule := range policy.Spec.Ingress {
			for _, peer := range rule.From {
				if peer.PodSelector == nil || selects(peer.PodSelector, labels.Set{"app": "other"}) {
					wrong.add("NetworkPolicy %s lets others than clients in", policy.Name)
				}
				for _, client := range clients {
					if !selects(peer.PodSelector, client) {
						wrong.add("NetworkPolicy %s does not let the clients in", policy.Name)
					}
				}
			}
		}
		return
	}
	wrong.add("no NetworkPolicy holds for %s", name)
}

func selects(selector *metav1.LabelSelector, set labels.Set) bool {
	found, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil && found.Matches(set)
}

// The module is where the filter's configuration says, and is the built one.
func checkPlugin(pod corev1.PodSpec, plugin *pluginv3.PluginConfig, m *manifests, wrong *problems) {
	if plugin == nil {
		return
	}
	if plugin.FailurePolicy != pluginv3.FailurePolicy_FAIL_CLOSED {
		wrong.add("the filter's failure policy is %v", plugin.FailurePolicy)
	}
	code := plugin.GetVmConfig().GetCode()
	if remote := code.GetRemote(); remote != nil {
		return // delivery_test.go fetches it.
	}
	want, err := os.ReadFile(module)
	if err != nil {
		wrong.add("%v", err)
		return
	}
	file := code.GetLocal().GetFilename()
	volume := volumeOf(m, pod, sidecarOf(pod), path.Dir(file))
	if volume == nil || !bytes.Equal(volume.BinaryData[path.Base(file)], want) {
		wrong.add("the sidecar has no module at %q", file)
	}
}

// The routers take no connection without a PROXY header, and listen where their Services lead.
func checkRouter(m *manifests, pod corev1.PodSpec, wrong *problems) {
	envoy := &pod.Containers[0]
	at := slices.Index(envoy.Args, "-c")
	if at < 0 || at+1 >= len(envoy.Args) {
		wrong.add("the router's Envoy is given no file")
		return
	}
	file := envoy.Args[at+1]
	config := volumeOf(m, pod, envoy, path.Dir(file))
	if config == nil || config.Data[path.Base(file)] == "" {
		wrong.add("the router has no file %s", file)
		return
	}
	var bootstrap bootstrapv3.Bootstrap
	if err := protomarshal.ApplyYAMLStrict(config.Data[path.Base(file)], &bootstrap); err != nil {
		wrong.add("router.yaml: %v", err)
		return
	}
	for _, listener := range bootstrap.GetStaticResources().GetListeners() {
		if port := listener.GetAddress().GetSocketAddress().GetPortValue(); port != 8080 {
			wrong.add("the router listens on %d", port)
		}
		var header proxyprotocolv3.ProxyProtocol
		if len(listener.ListenerFilters) != 1 || listener.ListenerFilters[0].GetTypedConfig().UnmarshalTo(&header) != nil {
			wrong.add("the router reads no PROXY header")
		} else if header.AllowRequestsWithoutProxyProtocol {
			wrong.add("the router takes connections without a PROXY header")
		}
		if listener.DefaultFilterChain != nil {
			wrong.add("the router takes connections to any destination")
		}
		for _, chain := range listener.FilterChains {
			if match := chain.GetFilterChainMatch(); match.GetDestinationPort() == nil || len(match.GetPrefixRanges()) == 0 {
				wrong.add("the router's chain %q does not limit its destinations", chain.Name)
			}
		}
	}
}
