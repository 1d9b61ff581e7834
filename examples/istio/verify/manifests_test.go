// Package verify asks Istio's own code what it makes of the example's manifests.
package verify

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"istio.io/istio/pkg/kube"
)

const module = "../../../filter/build/wasmerang.wasm"

// The folder of the manifests: this example, or a bundle of it.
var example = cmp.Or(os.Getenv("EXAMPLE_DIR"), "..")

// folders that `kubectl apply -k` takes.
var overlays = []string{"configmap", "json", "http", "oci", "trafficextension", "wasmplugin", "no-sidecar"}

// readExample reads every manifest into memory, where a mutant can change it, and puts the module in its place.
func readExample() (filesys.FileSystem, error) {
	files := filesys.MakeFsInMemory()
	for _, folder := range append([]string{"base"}, overlays...) {
		err := filepath.WalkDir(filepath.Join(example, folder), func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			name, err := filepath.Rel(example, path)
			if err != nil {
				return err
			}
			return files.WriteFile("/"+name, text)
		})
		if err != nil {
			return nil, err
		}
	}
	wasm, err := os.ReadFile(module)
	if err != nil {
		return nil, fmt.Errorf("the filter is not built (npm run build:wasm): %w", err)
	}
	return files, files.WriteFile("/configmap/plugin.wasm", wasm)
}

// manifests is what `kubectl apply -k` would send, by who reads it.
type manifests struct {
	kubernetes []runtime.Object
	istio      []string
}

// build runs kustomize over one folder and decodes what comes out; unknown fields are errors.
func build(files filesys.FileSystem, overlay string) (*manifests, error) {
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(files, "/"+overlay)
	if err != nil {
		return nil, fmt.Errorf("kustomize: %w", err)
	}
	out := &manifests{}
	for _, resource := range resources.Resources() {
		text, err := resource.AsYAML()
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(resource.GetGvk().Group, "istio.io") && resource.GetGvk().Group != "networking.k8s.io" {
			out.istio = append(out.istio, string(text))
			continue
		}
		object, err := decode(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", resource.CurId(), err)
		}
		out.kubernetes = append(out.kubernetes, object)
	}
	return out, nil
}

func decode(text []byte) (runtime.Object, error) {
	strict := serializer.NewCodecFactory(kube.IstioScheme, serializer.EnableStrict).UniversalDeserializer()
	object, _, err := strict.Decode(text, nil, nil)
	return object, err
}

// readObjects reads a file of Kubernetes objects.
func readObjects(path string) ([]runtime.Object, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var out []runtime.Object
	for _, document := range strings.Split(string(text), "\n---\n") {
		// Comments alone are no document.
		var fields map[string]any
		if err := yaml.Unmarshal([]byte(document), &fields); err != nil || len(fields) == 0 {
			return out, err
		}
		object, err := decode([]byte(document))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out = append(out, object)
	}
	return out, nil
}

// objects of one type.
func objectsOf[T runtime.Object](all []runtime.Object) []T {
	var out []T
	for _, object := range all {
		if found, ok := object.(T); ok {
			out = append(out, found)
		}
	}
	return out
}

// volumeOf is the ConfigMap that a pod mounts at a path, if there is one.
func volumeOf(m *manifests, spec corev1.PodSpec, container *corev1.Container, path string) *corev1.ConfigMap {
	for _, mount := range container.VolumeMounts {
		if mount.MountPath != path {
			continue
		}
		for _, volume := range spec.Volumes {
			if volume.Name == mount.Name && volume.ConfigMap != nil {
				return configMap(m, volume.ConfigMap.Name)
			}
		}
	}
	return nil
}

func configMap(m *manifests, name string) *corev1.ConfigMap {
	for _, found := range objectsOf[*corev1.ConfigMap](m.kubernetes) {
		if found.Name == name {
			return found
		}
	}
	return nil
}
