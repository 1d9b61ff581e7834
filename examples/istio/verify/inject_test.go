package verify

import (
	"fmt"
	"io/fs"
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	istiomanifests "istio.io/istio/manifests"
	"istio.io/istio/pkg/config/mesh"
	istioinject "istio.io/istio/pkg/kube/inject"
)

// The chart that `istioctl install` and Helm install istiod from.
const chart = "charts/istio-control/istio-discovery/"

type injection struct {
	templates istioinject.Templates
	values    istioinject.ValuesConfig
}

var readInjection = sync.OnceValues(func() (*injection, error) {
	template, err := fs.ReadFile(istiomanifests.FS, chart+"files/injection-template.yaml")
	if err != nil {
		return nil, err
	}
	text, err := fs.ReadFile(istiomanifests.FS, chart+"values.yaml")
	if err != nil {
		return nil, err
	}
	var all struct {
		Defaults map[string]any `json:"_internal_defaults_do_not_set"`
	}
	if err := yaml.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	defaults, err := yaml.Marshal(all.Defaults)
	if err != nil {
		return nil, err
	}
	out := &injection{}
	if out.values, err = istioinject.NewValuesConfig(string(defaults)); err != nil {
		return nil, err
	}
	out.templates, err = istioinject.ParseTemplates(istioinject.RawTemplates{istioinject.SidecarTemplateName: string(template)})
	return out, err
})

// inject gives the Deployment the sidecar that Istio would give its pods, in a namespace that asks for it.
// The namespace `outside` does not.
func inject(deployment *appsv1.Deployment) (*appsv1.Deployment, error) {
	if deployment.Namespace != "default" {
		return deployment, nil
	}
	with, err := readInjection()
	if err != nil {
		return nil, err
	}
	out, err := istioinject.IntoObject(nil, with.templates, with.values, "default", mesh.DefaultMeshConfig(), deployment, func(string) {})
	if err != nil {
		return nil, fmt.Errorf("injection into %s: %w", deployment.Name, err)
	}
	return out.(*appsv1.Deployment), nil
}

// sidecarOf answers the container istio-proxy, which is an init container where Kubernetes has native sidecars.
func sidecarOf(spec corev1.PodSpec) *corev1.Container {
	for _, container := range append(append([]corev1.Container{}, spec.InitContainers...), spec.Containers...) {
		if container.Name == "istio-proxy" {
			return &container
		}
	}
	return nil
}
