// What the Wasmerang filter does, with the C++ SDK: the last byte of an IPv4 source picks the cluster.
// The configuration asks for trouble. See ../SDKS.md.
#include <string>
#include <string_view>
#include "proxy_wasm_intrinsics.h"

class Root : public RootContext {
public:
  explicit Root(uint32_t id, std::string_view root_id) : RootContext(id, root_id) {}
  bool onStart(size_t size) override {
    LOG_INFO("onStart " + std::to_string(size));
    return true;
  }
  bool onConfigure(size_t size) override {
    auto bytes = getBufferBytes(WasmBufferType::PluginConfiguration, 0, size);
    ask_ = bytes->toString();
    LOG_INFO("onConfigure " + ask_);
    if (has("tick")) proxy_set_tick_period_milliseconds(5);
    if (has("queue")) registerSharedQueue("cpp", &queue_);
    if (has("abort-configure")) abort();
    return !has("refuse");
  }
  void onTick() override { LOG_INFO("onTick"); }
  void onQueueReady(uint32_t token) override {
    WasmDataPtr data;
    auto result = dequeueSharedQueue(token, &data);
    LOG_INFO("onQueueReady " + toString(result) + " " + (data ? data->toString() : "-"));
  }
  bool has(const char *what) const { return ask_.find(what) != std::string::npos; }
  std::string ask_;
  uint32_t queue_ = 0;
};

class Stream : public Context {
public:
  explicit Stream(uint32_t id, RootContext *root) : Context(id, root), root_(static_cast<Root *>(root)) {}
  void onCreate() override { LOG_INFO("onCreate " + std::to_string(id())); }
  FilterStatus onNewConnection() override {
    static auto *counter = Counter<std::string>::New("cpp_route", "cluster");
    std::string source;
    if (!getValue({"source", "address"}, &source)) {
      LOG_WARN("no source");
      return FilterStatus::Continue;
    }
    uint64_t port = 0;
    getValue({"source", "port"}, &port);
    auto host = source.substr(0, source.rfind(':'));
    auto last = atoi(host.substr(host.rfind('.') + 1).c_str());
    std::string cluster = last % 2 == 0 ? "egress-router1" : "egress-router2";
    std::string args;
    auto field = [&](char n, std::string_view text) {
      args.push_back(n << 3 | 2);
      args.push_back(text.size());
      args.append(text);
    };
    field(1, "envoy.tcp_proxy.cluster");
    field(2, cluster);
    char *out = nullptr;
    size_t out_size = 0;
    auto result = proxy_call_foreign_function("set_envoy_filter_state", 22, args.data(), args.size(), &out, &out_size);
    counter->increment(1, cluster);
    LOG_INFO(source + " " + std::to_string(port) + " to " + cluster + ": " + toString(result) + " out " + std::to_string(out_size) + " count " + std::to_string(counter->get(cluster)));
    if (root_->has("queue")) LOG_INFO("enqueue " + toString(enqueueSharedQueue(root_->queue_, "item")));
    if (root_->has("throw")) std::string("x").at(id() + 5);
    if (root_->has("abort-new")) abort();
    if (root_->has("trap-new")) __builtin_trap();
    if (root_->has("stop")) return FilterStatus::StopIteration;
    return FilterStatus::Continue;
  }
  FilterStatus onDownstreamData(size_t size, bool end) override {
    auto data = getBufferBytes(WasmBufferType::NetworkDownstreamData, 0, size)->toString();
    LOG_INFO("downstream " + std::to_string(size) + (end ? " end " : " ") + data);
    if (data == "replace") setBuffer(WasmBufferType::NetworkDownstreamData, 0, size, "REPLACED");
    return FilterStatus::Continue;
  }
  FilterStatus onUpstreamData(size_t size, bool end) override {
    std::string address;
    getValue({"upstream", "address"}, &address);
    LOG_INFO("upstream " + std::to_string(size) + (end ? " end " : " ") + address);
    return FilterStatus::Continue;
  }
  void onDownstreamConnectionClose(CloseType type) override { LOG_INFO("downstream close " + std::to_string(int(type))); }
  void onUpstreamConnectionClose(CloseType type) override { LOG_INFO("upstream close " + std::to_string(int(type))); }
  void onDone() override { LOG_INFO("onDone"); }
  void onLog() override { LOG_INFO("onLog"); }
  void onDelete() override { LOG_INFO("onDelete"); }
private:
  Root *root_;
};
static RegisterContextFactory register_Stream(CONTEXT_FACTORY(Stream), ROOT_FACTORY(Root), "cpp");
