//! The SDK's example envoy_tcp_routing, written again for this test (no prost), with a configuration that
//! asks for trouble. See ../SDKS.md.
use log::{info, warn};
use proxy_wasm::traits::*;
use proxy_wasm::types::*;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|_| -> Box<dyn RootContext> { Box::new(Root::default()) });
}}

#[derive(Default)]
struct Root { ask: String, counter: u32, queue: u32 }
impl Context for Root {
    fn on_done(&mut self) -> bool { info!("root done"); true }
}
impl RootContext for Root {
    fn on_vm_start(&mut self, size: usize) -> bool {
        info!("vm start {} {:?}", size, self.get_vm_configuration());
        true
    }
    fn on_configure(&mut self, size: usize) -> bool {
        self.ask = self.get_plugin_configuration()
            .map(|it| String::from_utf8(it).unwrap()).unwrap_or_default();
        info!("configure {} {:?}", size, self.ask);
        self.counter = proxy_wasm::hostcalls::define_metric(MetricType::Counter, "rust_routing").unwrap();
        if self.ask.contains("tick") { self.set_tick_period(Duration::from_millis(5)); }
        if self.ask.contains("queue") { self.queue = self.register_shared_queue("rust"); }
        if self.ask.contains("panic-configure") { panic!("asked to"); }
        !self.ask.contains("refuse")
    }
    fn on_tick(&mut self) { info!("tick"); }
    fn on_queue_ready(&mut self, id: u32) { info!("queue {} {:?}", id, self.dequeue_shared_queue(id)); }
    fn create_stream_context(&self, id: u32) -> Option<Box<dyn StreamContext>> {
        Some(Box::new(Stream { id, ask: self.ask.clone(), counter: self.counter, queue: self.queue }))
    }
    fn get_type(&self) -> Option<ContextType> { Some(ContextType::StreamContext) }
}

struct Stream { id: u32, ask: String, counter: u32, queue: u32 }
impl Stream {
    fn on(&self, what: &str) {
        if self.ask.contains(&format!("panic-{}", what)) {
            let nothing: Vec<u8> = self.ask.bytes().take(0).collect();
            info!("never: {}", nothing[self.id as usize]);
        }
    }
}
impl Context for Stream {
    fn on_done(&mut self) -> bool { info!("done"); self.on("done"); true }
}
fn last_byte(address: &str) -> Option<u8> {
    let ip = match address.parse::<SocketAddr>() { Ok(it) => it.ip(), Err(_) => address.parse::<IpAddr>().ok()? };
    Some(match ip { IpAddr::V4(v4) => v4.octets()[3], IpAddr::V6(v6) => v6.octets()[15] })
}
fn field(n: u8, text: &str) -> Vec<u8> {
    let mut out = vec![n << 3 | 2, text.len() as u8];
    out.extend(text.bytes());
    out
}
impl StreamContext for Stream {
    fn on_new_connection(&mut self) -> Action {
        self.on("new");
        let source = match self.get_property(vec!["source", "address"]) {
            Some(it) => String::from_utf8(it).unwrap(),
            None => { warn!("no source"); return Action::Continue }
        };
        let last = match last_byte(&source) {
            Some(it) => it,
            None => { warn!("cannot parse {}", source); return Action::Continue }
        };
        let cluster = if last % 2 == 0 { "egress-router1" } else { "egress-router2" };
        let mut args = field(1, "envoy.tcp_proxy.cluster");
        args.extend(field(2, cluster));
        if let Err(e) = self.call_foreign_function("set_envoy_filter_state", Some(&args)) { warn!("{:?}", e) }
        if let Err(e) = self.call_foreign_function("no_such_function", Some(&args)) { warn!("{:?}", e) }
        proxy_wasm::hostcalls::increment_metric(self.counter, 1).unwrap();
        info!("{} {} to {}; {:?}", self.id, source, cluster, proxy_wasm::hostcalls::get_metric(self.counter));
        info!("time {:?}", proxy_wasm::hostcalls::get_current_time().is_ok());
        self.set_property(vec!["rust", "x"], Some(b"value"));
        info!("{:?} {:?}", self.get_property(vec!["wasm", "rust", "x"]), self.get_property(vec!["rust", "x"]));
        info!("{:?}", self.set_shared_data("k", Some(b"v"), None));
        info!("{:?}", self.set_shared_data("k", Some(b"w"), Some(77)));
        info!("{:?}", self.get_shared_data("k").0);
        if self.ask.contains("queue") { info!("{:?}", self.enqueue_shared_queue(self.queue, Some(b"item"))); }
        if self.ask.contains("pause") { return Action::Pause; }
        Action::Continue
    }
    fn on_downstream_data(&mut self, size: usize, end: bool) -> Action {
        let data = self.get_downstream_data(0, size);
        info!("downstream {} {} {:?}", size, end, data.as_ref().map(|it| String::from_utf8_lossy(it).to_string()));
        self.on("downstream");
        let data = data.unwrap_or_default();
        if data.starts_with(b"resume") { self.resume_downstream(); }
        if data.starts_with(b"close") { self.close_downstream(); }
        if data.starts_with(b"edit") { self.set_downstream_data(0, 4, b"EDITED"); }
        if data.starts_with(b"dispatch") {
            info!("{:?}", self.dispatch_http_call("nowhere", vec![(":method", "GET"), (":path", "/"), (":authority", "x")], None, vec![], Duration::from_secs(1)));
            info!("{:?}", self.dispatch_grpc_call("nowhere", "s", "m", vec![], None, Duration::from_secs(1)));
        }
        if data.starts_with(b"hold") { return Action::Pause; }
        Action::Continue
    }
    fn on_upstream_data(&mut self, size: usize, end: bool) -> Action {
        info!("upstream {} {} {:?}", size, end, self.get_upstream_data(0, size));
        info!("{:?}", self.get_property(vec!["upstream", "address"]));
        self.on("upstream");
        Action::Continue
    }
    fn on_downstream_close(&mut self, peer: PeerType) { info!("downstream close {}", peer as u32); self.on("close"); }
    fn on_upstream_close(&mut self, peer: PeerType) { info!("upstream close {}", peer as u32); }
    fn on_log(&mut self) { info!("log"); self.on("log"); }
}
