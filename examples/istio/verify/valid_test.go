package verify

import (
	"fmt"
	"strings"
	"sync"

	_ "istio.io/istio/pkg/config/xds" // Envoy's types, for validators and strict decoding

	"istio.io/istio/pilot/pkg/config/kube/crd"
	crdvalidation "istio.io/istio/pkg/config/crd"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/test"
)

var crds = sync.OnceValues(func() (*crdvalidation.Validator, error) {
	var out *crdvalidation.Validator
	err := test.Wrap(func(failer test.Failer) { out = crdvalidation.NewIstioValidator(failer) })
	return out, err
})

// validate does what an API server (CRD schema, unknown fields, CEL) and istiod's webhook do on `kubectl apply`.
// Warnings count: an unknown field inside an EnvoyFilter's value is only a warning, and Envoy refuses it.
func validate(m *manifests, wrong *problems) {
	validator, err := crds()
	if err != nil {
		wrong.add("%v", err)
		return
	}
	for _, text := range m.istio {
		if err := validator.ValidateCustomResourceYAML(text, nil); err != nil {
			wrong.add("%v", err)
		}
		configs, others, err := crd.ParseInputs(text)
		if err != nil || len(others) > 0 {
			wrong.add("no resource of Istio: %v %v", others, err)
			continue
		}
		for _, config := range configs {
			name := fmt.Sprintf("%s %s", config.GroupVersionKind.Kind, config.Name)
			schema, ok := collections.Pilot.FindByGroupVersionAliasesKind(config.GroupVersionKind)
			if !ok {
				wrong.add("%s: no such kind", name)
				continue
			}
			warning, err := schema.ValidateConfig(config)
			if err != nil {
				wrong.add("%s: %v", name, err)
			}
			if warning != nil {
				for _, line := range strings.Split(warning.Error(), "\n") {
					if !isHeading(line) {
						wrong.add("%s: %s", name, line)
					}
				}
			}
		}
	}
}

// Every EnvoyFilter is told that it depends on Envoy's version.
func isHeading(line string) bool {
	return line == "" || strings.HasSuffix(line, "occurred:") ||
		strings.Contains(line, "EnvoyFilter exposes internal implementation details")
}
