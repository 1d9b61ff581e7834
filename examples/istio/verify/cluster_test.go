package verify

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const (
	evenClient = "10.244.0.64"
	oddClient  = "10.244.0.65"
	otherPod   = "10.244.0.70"
	outside    = "10.96.0.203"
)

var (
	// Addresses of the pods that each Deployment gets here.
	podIPs = map[string][]string{
		"client":      {evenClient, oddClient},
		"egress1":     {"10.244.0.11"},
		"egress2":     {"10.244.0.12"},
		"destination": {"10.244.0.13"},
		"other":       {otherPod},
		"shop":        {"10.244.0.71"},
	}
	serviceIPs = map[string]string{"egress1": "10.96.0.11", "egress2": "10.96.0.12"}
)

// run does what a cluster does with the objects: pods for Deployments, addresses for Services (without one
// Istio binds a listener to 0.0.0.0, which changes every answer) and endpoints for their selectors.
func run(objects []runtime.Object) ([]runtime.Object, error) {
	var out []runtime.Object
	var pods []*corev1.Pod
	for _, deployment := range objectsOf[*appsv1.Deployment](objects) {
		injected, err := inject(deployment)
		if err != nil {
			return nil, err
		}
		for i, ip := range podIPs[deployment.Name] {
			pods = append(pods, pod(injected, fmt.Sprintf("%s-%d", deployment.Name, i), ip))
		}
	}
	for _, pod := range pods {
		out = append(out, pod)
	}
	for _, service := range objectsOf[*corev1.Service](objects) {
		service = service.DeepCopy()
		if service.Spec.ClusterIP == "" {
			service.Spec.ClusterIP = serviceIPs[service.Name]
		}
		if service.Spec.ClusterIP == "" {
			return nil, fmt.Errorf("no cluster IP for Service %s", service.Name)
		}
		for i := range service.Spec.Ports {
			if service.Spec.Ports[i].Protocol == "" {
				service.Spec.Ports[i].Protocol = corev1.ProtocolTCP
			}
		}
		out = append(out, service, endpoints(service, pods))
	}
	return out, nil
}

func pod(deployment *appsv1.Deployment, name, ip string) *corev1.Pod {
	template := deployment.Spec.Template
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: deployment.Namespace, Labels: template.Labels, Annotations: template.Annotations,
		},
		Spec: template.Spec,
		Status: corev1.PodStatus{
			Phase: corev1.PodRunning, PodIP: ip, PodIPs: []corev1.PodIP{{IP: ip}},
			Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
		},
	}
}

func endpoints(service *corev1.Service, pods []*corev1.Pod) *discoveryv1.EndpointSlice {
	yes := true
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Name: service.Name + "-0", Namespace: service.Namespace,
			Labels: map[string]string{discoveryv1.LabelServiceName: service.Name},
		},
		AddressType: discoveryv1.AddressTypeIPv4,
	}
	for _, port := range service.Spec.Ports {
		target := port.TargetPort.IntVal
		if port.TargetPort == (intstr.IntOrString{}) {
			target = port.Port
		}
		slice.Ports = append(slice.Ports, discoveryv1.EndpointPort{Name: &port.Name, Port: &target, Protocol: &port.Protocol})
	}
	selector := labels.SelectorFromSet(service.Spec.Selector)
	for _, pod := range pods {
		if pod.Namespace == service.Namespace && selector.Matches(labels.Set(pod.Labels)) {
			slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
				Addresses:  []string{pod.Status.PodIP},
				Conditions: discoveryv1.EndpointConditions{Ready: &yes},
				TargetRef:  &corev1.ObjectReference{Kind: "Pod", Name: pod.Name, Namespace: pod.Namespace},
			})
		}
	}
	return slice
}
