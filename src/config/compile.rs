//! [`Schema`] → [`Config`], or everything found wrong. Defaults stand here and nowhere else.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::schema::{Schema, Written, read};
use super::{Config, LogFormat, LogLevel};
use crate::dialplan::{Diagnostic, Place};
use crate::node::Settings;
use crate::sip;

/// Compiles a text. Its paths are relative to `base`.
pub fn compile(text: &str, base: &Path) -> (Option<Config>, Vec<Diagnostic>) {
    let (schema, mut faults) = read(text);
    if faults.iter().any(|fault| fault.code == "cf001") {
        return (None, faults);
    }
    let config = config(&schema, base, &mut faults);
    faults.sort_by(|a, b| (&a.at, a.code, &a.message).cmp(&(&b.at, b.code, &b.message)));
    (config, faults)
}

fn config(schema: &Schema, base: &Path, faults: &mut Vec<Diagnostic>) -> Option<Config> {
    let path = |written: &Written<String>| base.join(&written.value);
    let plan = required(schema.plan.as_ref(), "plan", "node", faults).map(path);
    let store = required(schema.store.as_ref(), "file", "store", faults).map(path);
    let control = control(schema, base, faults);
    let listen = required(schema.sip_listen.as_ref(), "listen", "sip", faults).map(|w| w.value);
    let contact = listen.and_then(|listen| contact(schema, listen, faults));
    let media = listen.zip(contact).and_then(|(listen, contact)| media(schema, listen, contact, faults));
    check_register(schema, faults);
    check_ports(schema, faults);
    check_limits(schema, faults);
    let (media_listen, media_address) = media?;
    Some(Config {
        name: schema.name.as_ref().map_or_else(|| NAME.to_owned(), |w| w.value.clone()),
        node: settings(schema, contact?, media_address),
        listen: listen?,
        media_listen,
        plan: plan?,
        store: store?,
        control: control?,
        log_format: schema.log_format.as_ref().map_or(LogFormat::default(), |w| w.value),
        log_level: schema.log_level.as_ref().map_or(LogLevel::default(), |w| w.value),
    })
}

fn settings(schema: &Schema, contact: SocketAddr, media_address: IpAddr) -> Settings {
    let mut sip = sip::stack::Settings::new(contact);
    if let Some(realm) = &schema.realm {
        sip.realm.clone_from(&realm.value);
    }
    if let Some(digest) = &schema.digest {
        sip.digest.clone_from(&digest.value);
    }
    if let Some(min) = &schema.register_min {
        sip.expires_min = min.value;
        sip.expires_default = sip.expires_default.max(min.value);
    }
    let calls_max = schema.calls.as_ref().map_or(CALLS_MAX, |w| w.value);
    // Two legs a call, and what is being wound up; a transaction lives 32 s after its answer (RFC 3261 §17.1.1.2).
    sip.limits.dialogs = sip.limits.dialogs.max(calls_max.saturating_mul(4));
    sip.limits.transactions = sip.limits.transactions.max(calls_max.saturating_mul(16));
    let (media_port_min, media_port_max) = port_range(schema);
    Settings {
        sip,
        media_address,
        media_port_min,
        media_port_max,
        port_quarantine: PORT_QUARANTINE,
        calls_max,
        calls_reserved: schema
            .reserved
            .as_ref()
            .map_or_else(|| CALLS_RESERVED.min(calls_max / 2), |w| w.value),
        call_length_max: schema.call_length.as_ref().map_or(CALL_LENGTH_MAX, |w| w.value),
        trunk_silent: TRUNK_SILENT,
        drain_max: schema.drain.as_ref().map_or(DRAIN_MAX, |w| w.value),
        rehearsal: false,
    }
}

fn required<'a, T>(
    written: Option<&'a Written<T>>,
    key: &str,
    section: &str,
    faults: &mut Vec<Diagnostic>,
) -> Option<&'a Written<T>> {
    // One fault is enough for a key that was misspelt, misunderstood, or stands in a misspelt table.
    let told = faults.iter().any(|fault| {
        fault.message.starts_with(&format!("`{key}` "))
            || [key, section].iter().any(|word| fault.help == format!("did you mean `{word}`?"))
    });
    if written.is_none() && !told {
        let message = format!("`{key}` in [{section}] is missing");
        faults.push(
            Diagnostic::error("cf004", None, message).help("config/tongjie.toml is a commented example"),
        );
    }
    written
}

/// The address written into Via and Contact: peers must be able to answer to it.
fn contact(schema: &Schema, listen: SocketAddr, faults: &mut Vec<Diagnostic>) -> Option<SocketAddr> {
    let written = schema.sip_advertise.as_ref().or(schema.sip_listen.as_ref())?;
    if !written.value.ip().is_unspecified() {
        // Port 0 is for tests: the kernel chooses, and the node is told before it starts.
        return Some(written.value);
    }
    let message = format!("peers cannot answer to {}", written.value.ip());
    let help = format!(
        "write `advertise = \"ADDRESS:{}\"` in [sip]: the address peers reach this node at",
        listen.port()
    );
    faults.push(Diagnostic::error("cf006", written.at.clone(), message).help(help));
    None
}

fn media(
    schema: &Schema,
    listen: SocketAddr,
    contact: SocketAddr,
    faults: &mut Vec<Diagnostic>,
) -> Option<(IpAddr, IpAddr)> {
    let bind = schema.media_listen.as_ref().map_or(listen.ip(), |w| w.value);
    let told = schema.media_advertise.as_ref().map_or(contact.ip(), |w| w.value);
    let at = || schema.media_advertise.as_ref().or(schema.media_listen.as_ref()).map(|w| w.at.clone());
    if told.is_unspecified() {
        faults.push(fault(
            "cf006",
            at(),
            "peers cannot send RTP to this address",
            "name one they reach this node at",
        ));
        return None;
    }
    // A socket bound to :: takes IPv4 as well.
    if told.is_ipv4() != bind.is_ipv4() && !(bind.is_ipv6() && bind.is_unspecified()) {
        let message =
            format!("RTP is received on {bind} but {told} is advertised: one is IPv4, the other IPv6");
        faults.push(fault("cf006", at(), &message, "set `listen` and `advertise` in [media]"));
        return None;
    }
    Some((bind, told))
}

/// Expires counts whole seconds, and only what is below an hour may be called too brief (RFC 3261 §10.3 step 7).
fn check_register(schema: &Schema, faults: &mut Vec<Diagnostic>) {
    let fits = |min: &Written<Duration>| REGISTER_MIN.contains(&min.value) && min.value.subsec_nanos() == 0;
    if let Some(min) = schema.register_min.as_ref().filter(|min| !fits(min)) {
        let help =
            "whole seconds, from \"1s\" to \"1h\"; phones renew in about half of what they are granted";
        faults.push(fault("cf005", Some(min.at.clone()), "`register-min` is out of range", help));
    }
}

fn check_ports(schema: &Schema, faults: &mut Vec<Diagnostic>) {
    let sip_port = schema.sip_listen.as_ref().map_or(0, |w| w.value.port());
    let Some(Written { value: (first, last), at }) = schema.ports.as_ref() else { return };
    let help = "first and last port, at least 1024 and in this order: \"10000-29999\"";
    if first >= last || *first < 1024 {
        let message = format!("{first}-{last} is no range of RTP ports");
        faults.push(Diagnostic::error("cf005", at.clone(), message).help(help));
    } else if (*first..=*last).contains(&sip_port) {
        let message = format!("the SIP port {sip_port} lies among the RTP ports");
        faults.push(Diagnostic::error("cf006", at.clone(), message).help("choose another range"));
    }
}

fn check_limits(schema: &Schema, faults: &mut Vec<Diagnostic>) {
    if let Some(calls) = schema.calls.as_ref().filter(|calls| !(1..=CALLS_LIMIT).contains(&calls.value)) {
        let help = format!("1 to {CALLS_LIMIT}; more calls need more nodes");
        faults.push(fault("cf005", Some(calls.at.clone()), "`calls` is out of range", &help));
    }
    let calls = schema.calls.as_ref().map_or(CALLS_MAX, |w| w.value);
    if let Some(reserved) = schema.reserved.as_ref().filter(|reserved| reserved.value >= calls) {
        let message =
            format!("{} of {calls} calls are reserved: none is left for the others", reserved.value);
        faults.push(fault(
            "cf006",
            Some(reserved.at.clone()),
            &message,
            "`reserved` must be less than `calls`",
        ));
    }
    let legs = calls.saturating_mul(2);
    let (first, last) = port_range(schema);
    let pairs = usize::from(last.saturating_sub(first)).div_ceil(2);
    if pairs < legs && first < last && schema.ports.is_some() {
        let at = schema.ports.as_ref().map(|w| w.at.clone());
        let message = format!("{pairs} RTP ports do for {} calls, not for {calls}", pairs / 2);
        let mut warning = fault("cf007", at, &message, "a connected call has two legs, each with a port");
        warning.level = crate::dialplan::Level::Warning;
        faults.push(warning);
    }
}

fn port_range(schema: &Schema) -> (u16, u16) {
    schema.ports.as_ref().map_or(PORTS, |w| w.value)
}

fn control(schema: &Schema, base: &Path, faults: &mut Vec<Diagnostic>) -> Option<PathBuf> {
    let written = required(schema.control.as_ref(), "socket", "control", faults)?;
    let path = base.join(&written.value);
    if path.as_os_str().len() <= SOCKET_PATH_MAX {
        return Some(path);
    }
    let message = format!("the path of the control socket is longer than {SOCKET_PATH_MAX} bytes");
    faults.push(fault(
        "cf005",
        Some(written.at.clone()),
        &message,
        "unix(7) allows no more; choose a shorter one",
    ));
    None
}

fn fault(code: &'static str, at: Option<Place>, message: &str, help: &str) -> Diagnostic {
    Diagnostic::error(code, at, message).help(help)
}

const NAME: &str = "tongjie";
const REGISTER_MIN: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(3600);
const PORTS: (u16, u16) = (10_000, 29_999);
const CALLS_MAX: usize = 5000;
const CALLS_RESERVED: usize = 100;
/// One node is one thread; a city with more calls wants more nodes.
const CALLS_LIMIT: usize = 100_000;
const CALL_LENGTH_MAX: Duration = Duration::from_secs(4 * 3600);
const DRAIN_MAX: Duration = Duration::from_secs(600);
/// A peer that is there answers 100 at once (RFC 3261 §17.2.1); three retransmissions later it is not.
const TRUNK_SILENT: Duration = Duration::from_secs(4);
/// Late packets of the last call must not reach the next.
const PORT_QUARANTINE: Duration = Duration::from_secs(2);
/// unix(7): sun_path holds 108 bytes with its end mark.
const SOCKET_PATH_MAX: usize = 107;
