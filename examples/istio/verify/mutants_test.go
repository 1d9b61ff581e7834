package verify

import (
	"fmt"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// An edit of one file; without old and new the file is removed.
type edit struct{ file, old, new string }

func (e edit) apply(files filesys.FileSystem) error {
	if e.old == "" {
		return files.RemoveAll(e.file)
	}
	text, err := files.ReadFile(e.file)
	if err != nil {
		return err
	}
	if !strings.Contains(string(text), e.old) {
		return fmt.Errorf("%s does not contain %q", e.file, e.old)
	}
	return files.WriteFile(e.file, []byte(strings.Replace(string(text), e.old, e.new, 1)))
}

const (
	filterFile  = "/configmap/envoyfilter.yaml"
	clientFile  = "/configmap/client.yaml"
	sidecarFile = "/base/sidecar.yaml"
	ruleFile    = "/base/destinationrule.yaml"
	egressFile  = "/base/egress.yaml"
	routerFile  = "/base/router.yaml"
)

var mutants = map[string]edit{
	"filter: name of the chain":           {filterFile, "virtualOutbound-catchall-tcp", "virtualOutbound-catchall"},
	"filter: the blackhole's chain":       {filterFile, "virtualOutbound-catchall-tcp", "virtualOutbound-blackhole"},
	"filter: name of the listener":        {filterFile, "name: virtualOutbound\n", "name: virtualoutbound\n"},
	"filter: every chain":                 {filterFile, "            name: virtualOutbound-catchall-tcp\n", ""},
	"filter: context":                     {filterFile, "SIDECAR_OUTBOUND", "SIDECAR_INBOUND"},
	"filter: after tcp_proxy":             {filterFile, "INSERT_BEFORE", "INSERT_AFTER"},
	"filter: label":                       {filterFile, "app: client", "app: clients"},
	"filter: every workload":              {filterFile, "  workloadSelector:\n    labels: { app: client }\n", ""},
	"filter: namespace":                   {filterFile, "namespace: default", "namespace: istio"},
	"filter: unknown field":               {filterFile, "failure_policy: FAIL_CLOSED", "failure_polcy: FAIL_CLOSED"},
	"filter: fails open":                  {filterFile, "FAIL_CLOSED", "FAIL_OPEN"},
	"filter: type of the configuration":   {filterFile, "google.protobuf.StringValue", "google.protobuf.StringVal"},
	"filter: configuration":               {filterFile, "value: istio", "value: standalone"},
	"filter: configuration with a typo":   {filterFile, "value: istio", "value: itsio"},
	"filter: path of the module":          {filterFile, "/etc/wasm/plugin.wasm", "/etc/wasm/plugn.wasm"},
	"filter: file missing":                {file: filterFile},
	"module: file missing":                {file: "/configmap/plugin.wasm"},
	"module: path of the mount":           {clientFile, `"mountPath": "/etc/wasm"`, `"mountPath": "/etc/wasms"`},
	"module: name of the volume":          {clientFile, `[{"name": "wasmerang", "mountPath"`, `[{"name": "wasm", "mountPath"`},
	"module: name of the ConfigMap":       {clientFile, `{"name": "wasmerang"}}`, `{"name": "wasm"}}`},
	"module: annotation":                  {clientFile, "sidecar.istio.io/userVolume:", "sidecar.istio.io/userVolumes:"},
	"sidecar: label":                      {sidecarFile, "app: client", "app: clients"},
	"sidecar: lets the rest out":          {sidecarFile, "mode: REGISTRY_ONLY", "mode: ALLOW_ANY"},
	"sidecar: without one router":         {sidecarFile, "        - ./egress2.default.svc.cluster.local\n", ""},
	"sidecar: without DNS":                {sidecarFile, "        - kube-system/kube-dns.kube-system.svc.cluster.local\n", ""},
	"sidecar: with an HTTP service":       {sidecarFile, "./egress1.default", "./*.default"},
	"sidecar: file missing":               {file: sidecarFile},
	"sidecar: left out":                   withoutSidecar,
	"rule: version 1":                     {ruleFile, "V2", "V1"},
	"rule: host":                          {ruleFile, "host: egress1.default", "host: egress-1.default"},
	"rule: mutual TLS":                    {ruleFile, "DISABLE", "ISTIO_MUTUAL"},
	"rule: unknown field":                 {ruleFile, "proxyProtocol:", "proxyprotocol:"},
	"router: port of the Service":         {egressFile, "port: 443,", "port: 8443,"},
	"router: target port":                 {egressFile, "targetPort: 8080", "targetPort: 8081"},
	"router: name of the Service":         {egressFile, "metadata:\n  name: egress1\n", "metadata:\n  name: egress-1\n"},
	"router: selector of the Service":     {egressFile, "selector: { app: egress1 }", "selector: { app: egress }"},
	"router: label of the pods":           {egressFile, "        app: egress1\n", "        app: egress-1\n"},
	"router: HTTP port":                   {egressFile, "name: tcp-80, port: 80, targetPort: 8080, appProtocol: tcp", "name: http-80, port: 80, targetPort: 8080"},
	"router: with a sidecar":              {egressFile, `sidecar.istio.io/inject: "false"`, `istio-injection: disabled`},
	"router: ConfigMap":                   {egressFile, "configMap: { name: egress }", "configMap: { name: egres }"},
	"router: open to every pod":           {egressFile, "matchLabels: { app: client }", "matchLabels: {}"},
	"router: policy for nobody":           {egressFile, "matchLabels: { role: egress }", "matchLabels: { role: router }"},
	"router: field of the pod":            {egressFile, "readOnlyRootFilesystem", "readonlyRootFilesystem"},
	"router: no PROXY header needed":      {routerFile, "allow_requests_without_proxy_protocol: false", "allow_requests_without_proxy_protocol: true"},
	"router: to any address":              {routerFile, "            prefix_ranges: *allowed\n", ""},
	"router: listens elsewhere":           {routerFile, "port_value: 8080", "port_value: 8081"},
	"router: unknown field":               {routerFile, "disallowed_versions", "disallowed_version"},
	"router: configuration missing":       {file: routerFile},
	"client: label":                       {"/base/client.yaml", "      labels: { app: client }", "      labels: { app: clients }"},
	"client: without a sidecar":           {"/base/client.yaml", "      labels: { app: client }", "      labels: { app: client, sidecar.istio.io/inject: \"false\" }"},
	"destination: visible to the clients": {sidecarFile, "        - ./egress1.default", "        - \"*/*\"\n        - ./egress1.default"},
}

// A check that nothing can fail proves nothing: every one of these faults has to be found.
func TestMutants(t *testing.T) {
	for name, mutant := range mutants {
		t.Run(name, func(t *testing.T) {
			files, err := readExample()
			if err != nil {
				t.Fatal(err)
			}
			if err := mutant.apply(files); err != nil {
				t.Fatal(err)
			}
			found := check(t, files, "configmap")
			if len(found) == 0 {
				t.Fatalf("%s in %s is not noticed", mutant.new, mutant.file)
			}
			t.Logf("caught: %s", strings.Join(strings.Fields(found[0]), " "))
		})
	}
}
