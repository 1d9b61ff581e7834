package verify

import "testing"

// The four ways to deliver the module keep the same promises.
func TestExample(t *testing.T) {
	files, err := readExample()
	if err != nil {
		t.Fatal(err)
	}
	for _, overlay := range []string{"configmap", "json", "http", "oci"} {
		t.Run(overlay, func(t *testing.T) {
			for _, problem := range check(t, files, overlay) {
				t.Error(problem)
			}
		})
	}
}
