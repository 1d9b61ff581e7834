// What the Wasmerang filter does, with the Go SDK: the last byte of an IPv4 source picks the cluster.
// The configuration asks for trouble. See ../SDKS.md.
package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm"
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm/types"
)

func main() {}
func init()  { proxywasm.SetVMContext(&vm{}) }

type vm struct{ types.DefaultVMContext }

func (*vm) NewPluginContext(uint32) types.PluginContext { return &plugin{} }

type config struct {
	Even, Odd string
	PanicOn   string `json:"panicOn"`
	CloseOn   string `json:"closeOn"`
	Tick      uint32
	Queue     bool
}

type plugin struct {
	types.DefaultPluginContext
	config
	count proxywasm.MetricCounter
	queue uint32
}

func (p *plugin) OnPluginStart(size int) types.OnPluginStartStatus {
	data, err := proxywasm.GetPluginConfiguration()
	if err != nil && err != types.ErrorStatusNotFound {
		proxywasm.LogCriticalf("configuration: %v", err)
		return types.OnPluginStartStatusFailed
	}
	p.Even, p.Odd = "egress-router1", "egress-router2"
	if len(data) > 0 {
		if err := json.Unmarshal(data, &p.config); err != nil {
			proxywasm.LogCriticalf("configuration: %v", err)
			return types.OnPluginStartStatusFailed
		}
	}
	p.count = proxywasm.DefineCounterMetric("go_route.connections")
	if p.Tick > 0 {
		if err := proxywasm.SetTickPeriodMilliSeconds(p.Tick); err != nil {
			proxywasm.LogErrorf("tick: %v", err)
		}
	}
	if p.Queue {
		p.queue, err = proxywasm.RegisterSharedQueue("routes")
		if err != nil {
			proxywasm.LogErrorf("queue: %v", err)
		}
	}
	if p.PanicOn == "configure" {
		panic("asked to panic in configure")
	}
	proxywasm.LogInfof("configured with %d bytes: even %s, odd %s", size, p.Even, p.Odd)
	return types.OnPluginStartStatusOK
}

func (p *plugin) OnTick() { proxywasm.LogInfof("tick; panic %q", p.PanicOn) }

func (p *plugin) OnQueueReady(id uint32) {
	data, err := proxywasm.DequeueSharedQueue(id)
	proxywasm.LogInfof("queue %d: %q %v", id, data, err)
}

func (p *plugin) NewTcpContext(id uint32) types.TcpContext { return &conn{p: p, id: id} }

type conn struct {
	types.DefaultTcpContext
	p  *plugin
	id uint32
}

func (c *conn) on(where string) {
	if c.p.PanicOn == where {
		var m map[string]int
		m[where] = 1
	}
}

func (c *conn) OnNewConnection() types.Action {
	source, err := proxywasm.GetProperty([]string{"source", "address"})
	if err != nil {
		proxywasm.LogWarnf("no source address: %v", err)
		return types.ActionContinue
	}
	address := string(source)
	host := address
	if i := strings.LastIndex(address, ":"); i >= 0 {
		host = address[:i]
	}
	parts := strings.Split(host, ".")
	last, err := strconv.Atoi(parts[len(parts)-1])
	if err != nil {
		proxywasm.LogWarnf("%s is not IPv4", address)
		return types.ActionContinue
	}
	cluster := c.p.Even
	if last%2 == 1 {
		cluster = c.p.Odd
	}
	if err := proxywasm.SetProperty([]string{"wasmerang", "chosen"}, []byte(cluster)); err != nil {
		proxywasm.LogWarnf("set_property: %v", err)
	}
	args := field(1, "envoy.tcp_proxy.cluster")
	args = append(args, field(2, cluster)...)
	args = append(args, 0x18, 1)
	_, err = proxywasm.CallForeignFunction("set_envoy_filter_state", args)
	if err != nil {
		proxywasm.LogErrorf("set_envoy_filter_state: %v", err)
	}
	c.p.count.Increment(1)
	proxywasm.LogInfof("context %d: %s to %s, connections %d", c.id, address, cluster, c.p.count.Value())
	c.on("new")
	if c.p.Queue {
		if err := proxywasm.EnqueueSharedQueue(c.p.queue, []byte(fmt.Sprint(c.id, address != ""))); err != nil {
			proxywasm.LogErrorf("enqueue: %v", err)
		}
	}
	return types.ActionContinue
}

func field(n byte, text string) []byte {
	return append([]byte{n<<3 | 2, byte(len(text))}, text...)
}

func (c *conn) OnDownstreamData(size int, end bool) types.Action {
	data, err := proxywasm.GetDownstreamData(0, size)
	proxywasm.LogInfof("downstream %d %v %q %v", size, end, data, err)
	c.on("downstream")
	if strings.Contains(string(data), "sleep") {
		start := time.Now()
		time.Sleep(time.Millisecond)
		proxywasm.LogInfof("slept: %v", time.Since(start) >= 0)
	}
	if strings.Contains(string(data), "go") {
		done := make(chan string)
		go func() { done <- "from a goroutine" }()
		proxywasm.LogInfo(<-done)
	}
	if strings.Contains(string(data), "print") {
		println("printed", size)
		fmt.Println("to stdout")
	}
	if strings.Contains(string(data), "upper") {
		if err := proxywasm.ReplaceDownstreamData([]byte(strings.ToUpper(string(data)))); err != nil {
			proxywasm.LogErrorf("replace: %v", err)
		}
	}
	return types.ActionContinue
}

func (c *conn) OnUpstreamData(size int, end bool) types.Action {
	data, err := proxywasm.GetUpstreamData(0, size)
	proxywasm.LogInfof("upstream %d %v %q %v", size, end, data, err)
	c.on("upstream")
	return types.ActionContinue
}

func (c *conn) OnDownstreamClose(peer types.PeerType) {
	proxywasm.LogInfof("downstream close %d", peer)
	c.on("close")
}

func (c *conn) OnUpstreamClose(peer types.PeerType) { proxywasm.LogInfof("upstream close %d", peer) }

func (c *conn) OnStreamDone() {
	proxywasm.LogInfo("done")
	c.on("done")
}
