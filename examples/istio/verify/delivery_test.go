package verify

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	wasmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/wasm/v3"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"google.golang.org/protobuf/types/known/anypb"

	"istio.io/istio/pkg/wasm"
)

const httpFile = "/http/envoyfilter.yaml"

// fetch gives istio-agent's code the resource that the folder makes, with the module's address replaced, and
// answers what it hands to Envoy.
func fetch(t *testing.T, overlay string, edits ...edit) *anypb.Any {
	t.Helper()
	s, _ := client(t, overlay, edits...)
	proxy, err := s.proxy(evenClient)
	if err != nil {
		t.Fatal(err)
	}
	found := s.ConfigGen.BuildExtensionConfiguration(proxy, s.PushContext(), []string{"wasmerang"}, nil)
	if len(found) != 1 {
		t.Fatalf("%d resources with the name wasmerang", len(found))
	}
	resource, err := anypb.New(found[0])
	if err != nil {
		t.Fatal(err)
	}
	resources := []*anypb.Any{resource}
	cache := wasm.NewLocalFileCache(t.TempDir(), wasm.Options{
		PurgeInterval: time.Hour, ModuleExpiry: time.Hour, HTTPRequestMaxRetries: wasm.DefaultHTTPRequestMaxRetries,
	})
	t.Cleanup(cache.Cleanup)
	if err := wasm.MaybeConvertWasmExtensionConfig(resources, cache); err != nil {
		t.Fatal(err)
	}
	var out corev3.TypedExtensionConfig
	if err := resources[0].UnmarshalTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.TypedConfig
}

// The agent hands Envoy a file with the module's bytes.
func expectModule(t *testing.T, got *anypb.Any) {
	t.Helper()
	var filter wasmv3.Wasm
	if err := got.UnmarshalTo(&filter); err != nil {
		t.Fatalf("the agent did not fetch the module: %v", err)
	}
	have, err := os.ReadFile(filter.GetConfig().GetVmConfig().GetCode().GetLocal().GetFilename())
	if err != nil {
		t.Fatal(err)
	}
	if want := builtModule(t); !bytes.Equal(have, want) {
		t.Errorf("the agent's file has %d bytes, the module %d", len(have), len(want))
	}
}

func builtModule(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(module)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestHTTPDelivery(t *testing.T) {
	served := builtModule(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(served) }))
	t.Cleanup(server.Close)
	edits := []edit{
		{httpFile, "https://example.com/wasmerang.wasm", server.URL + "/wasmerang.wasm"},
		{httpFile, strings.Repeat("0", 64), fmt.Sprintf("%x", sha256.Sum256(served))},
	}
	expectModule(t, fetch(t, "http", edits...))

	served = append(served, 0)
	if got := fetch(t, "http", edits...); !strings.Contains(got.TypeUrl, "rbac") {
		t.Errorf("a module with another sha256 is taken: %s", got.TypeUrl)
	}
}

func TestOCIDelivery(t *testing.T) {
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	reference, err := name.ParseReference(host+"/wasmerang:0.1.0", name.Insecure)
	if err != nil {
		t.Fatal(err)
	}
	// What `FROM scratch`, `COPY plugin.wasm /plugin.wasm` makes.
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		var out bytes.Buffer
		zip := gzip.NewWriter(&out)
		files := tar.NewWriter(zip)
		content := builtModule(t)
		if err := files.WriteHeader(&tar.Header{Name: "plugin.wasm", Mode: 0o644, Size: int64(len(content))}); err != nil {
			return nil, err
		}
		if _, err := files.Write(content); err != nil {
			return nil, err
		}
		files.Close()
		zip.Close()
		return io.NopCloser(&out), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	image, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(reference, image); err != nil {
		t.Fatal(err)
	}
	address := edit{"/oci/envoyfilter.yaml", "oci://registry.example.com/wasmerang:0.1.0", "oci://" + host + "/wasmerang:0.1.0"}
	expectModule(t, fetch(t, "oci", address))
}
