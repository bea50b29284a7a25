//! The settings as written: what each key of `tongjie.toml` may hold. Nothing is defaulted here.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use toml::de::DeTable;

pub use super::read::Written;
use super::read::{Section, place};
use super::{LogFormat, LogLevel};
use crate::dialplan::Diagnostic;
use crate::sip::stack::Algorithm;

/// The file. `None`: not written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Schema {
    /// `[node] name`.
    pub name: Option<Written<String>>,
    /// `[node] plan`.
    pub plan: Option<Written<String>>,
    /// `[node] drain`.
    pub drain: Option<Written<Duration>>,
    /// `[sip] listen`.
    pub sip_listen: Option<Written<SocketAddr>>,
    /// `[sip] advertise`.
    pub sip_advertise: Option<Written<SocketAddr>>,
    /// `[sip] realm`.
    pub realm: Option<Written<String>>,
    /// `[sip] digest`, the preferred algorithm first.
    pub digest: Option<Written<Vec<Algorithm>>>,
    /// `[sip] register-min`.
    pub register_min: Option<Written<Duration>>,
    /// `[media] ports`, first and last.
    pub ports: Option<Written<(u16, u16)>>,
    /// `[media] listen`.
    pub media_listen: Option<Written<IpAddr>>,
    /// `[media] advertise`.
    pub media_advertise: Option<Written<IpAddr>>,
    /// `[store] file`.
    pub store: Option<Written<String>>,
    /// `[control] socket`.
    pub control: Option<Written<String>>,
    /// `[log] format`.
    pub log_format: Option<Written<LogFormat>>,
    /// `[log] level`.
    pub log_level: Option<Written<LogLevel>>,
    /// `[limits] calls`.
    pub calls: Option<Written<usize>>,
    /// `[limits] reserved`.
    pub reserved: Option<Written<usize>>,
    /// `[limits] call-length`.
    pub call_length: Option<Written<Duration>>,
}

/// Reads a text. What could be read is there, whatever the faults.
pub fn read(text: &str) -> (Schema, Vec<Diagnostic>) {
    let mut faults = vec![];
    let (table, errors) = DeTable::parse_recoverable(text);
    // The parser reads on after an error and may stumble again over the same words: the first is what to fix.
    if let Some(error) = errors.first() {
        let at = error.span().map(place);
        faults.push(Diagnostic::error("cf001", at, error.message().to_owned()).help("see https://toml.io"));
        return (Schema::default(), faults);
    }
    let schema = keys(Section::root(table.get_ref()), &mut faults);
    (schema, faults)
}

fn keys(mut root: Section<'_>, faults: &mut Vec<Diagnostic>) -> Schema {
    let mut schema = Schema::default();
    let mut node = root.section("node", faults);
    schema.name = node.parsed("name", "1 to 64 letters, digits, dots, hyphens", faults, host);
    schema.plan = node.text("plan", faults);
    schema.drain = node.duration("drain", faults);
    node.finish(faults);

    let mut sip = root.section("sip", faults);
    schema.sip_listen = sip.parsed("listen", ADDRESS, faults, |text| text.parse().ok());
    schema.sip_advertise = sip.parsed("advertise", ADDRESS, faults, |text| text.parse().ok());
    schema.realm = sip.parsed("realm", "1 to 64 letters, digits, dots, hyphens", faults, host);
    schema.digest = sip.parsed("digest", DIGEST, faults, digest);
    schema.register_min = sip.duration("register-min", faults);
    sip.finish(faults);

    let mut media = root.section("media", faults);
    schema.ports = media.parsed("ports", "first and last port: \"10000-29999\"", faults, ports);
    schema.media_listen = media.parsed("listen", IP, faults, |text| text.parse().ok());
    schema.media_advertise = media.parsed("advertise", IP, faults, |text| text.parse().ok());
    media.finish(faults);

    let mut store = root.section("store", faults);
    schema.store = store.text("file", faults);
    store.finish(faults);

    let mut control = root.section("control", faults);
    schema.control = control.text("socket", faults);
    control.finish(faults);

    let mut log = root.section("log", faults);
    schema.log_format = log.parsed("format", "\"text\" or \"json\"", faults, log_format);
    schema.log_level = log.parsed("level", "\"error\", \"warn\", \"info\" or \"debug\"", faults, log_level);
    log.finish(faults);

    let mut limits = root.section("limits", faults);
    schema.calls = limits.number("calls", faults);
    schema.reserved = limits.number("reserved", faults);
    schema.call_length = limits.duration("call-length", faults);
    limits.finish(faults);

    root.finish(faults);
    schema
}

/// A name that may stand where SIP wants a host (RFC 3261 §25.1): the realm is also the host of our URIs.
fn host(text: &str) -> Option<String> {
    let is_host = !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
    is_host.then(|| text.to_owned())
}

/// One or both, each once.
fn digest(text: &str) -> Option<Vec<Algorithm>> {
    let mut algorithms = vec![];
    for name in text.split(',') {
        let algorithm = match name.trim() {
            "sha-256" => Algorithm::Sha256,
            "md5" => Algorithm::Md5,
            _ => return None,
        };
        if algorithms.contains(&algorithm) {
            return None;
        }
        algorithms.push(algorithm);
    }
    Some(algorithms)
}

fn ports(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-')?;
    Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
}

fn log_format(text: &str) -> Option<LogFormat> {
    match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    }
}

fn log_level(text: &str) -> Option<LogLevel> {
    match text {
        "error" => Some(LogLevel::Error),
        "warn" => Some(LogLevel::Warn),
        "info" => Some(LogLevel::Info),
        "debug" => Some(LogLevel::Debug),
        _ => None,
    }
}

const ADDRESS: &str = "an address and a port: \"192.0.2.10:5060\", \"[2001:db8::10]:5060\"";
const DIGEST: &str = "\"sha-256, md5\", \"sha-256\" or \"md5\", the preferred one first";
const IP: &str = "an address without a port: \"192.0.2.10\", \"2001:db8::10\"";
