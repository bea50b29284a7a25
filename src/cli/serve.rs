//! `tongjie serve`: settings → plan → store → sockets → threads, in this order, so that whatever is wrong ends it with one
//! message and nothing half started.

mod hold;
mod plan;
mod threads;

use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use self::hold::Hold;
use super::failure::Failure;
use super::{CONFIG, runtime};
use crate::config::{self, Config, LogFormat, LogLevel};
use crate::io::Clock;
use crate::io::control::{Control, ControlError};
use crate::io::plans::start::Start;
use crate::io::rtp_socket::{Bound, RtpSockets};
use crate::io::signal;
use crate::io::udp::{BUFFER, BatchSocket};
use crate::stdx::Rng;
use crate::store::Store;
use crate::telemetry::{self, Level, Log};

/// Run a node until it is drained (SIGTERM, Ctrl-C or `tongjie drain`)
///
/// One node writes to a store. Rehearsals keep no plans, and have a store of their own: their calls are never among those of a
/// node in service.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tongjie serve
  tongjie serve --config /etc/tongjie/tongjie.toml
  tongjie serve --clock 2021-12-31T23:59:50+08:00     # a rehearsal of the last evening")]
pub(super) struct Serve {
    /// The node's settings
    #[arg(long, value_name = "FILE", default_value = CONFIG)]
    config: PathBuf,
    /// Rehearse: the plan's clock starts at this instant and runs on
    #[arg(long, value_name = "INSTANT")]
    clock: Option<String>,
}

/// Everything bound and opened, nothing running yet.
struct Ready {
    config: Config,
    plan: Start,
    clock: Clock,
    runtime: tokio::runtime::Runtime,
    store: Store,
    hold: Hold,
    socket: BatchSocket,
    rtp: RtpSockets,
    rtp_bound: Bound,
    control: Control,
    rng: Rng,
}

impl Serve {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        signal::hold_hang_ups().map_err(|error| Failure::new("cannot start").cause(error))?;
        let ready = self.prepare()?;
        let greeting = greeting(&ready);
        threads::run(ready, &greeting)
    }

    fn prepare(&self) -> Result<Ready, Failure> {
        let (mut config, report) = config::load(&self.config)?;
        let colour = io::stderr().is_terminal();
        if report.counts().1 > 0 {
            write!(io::stderr(), "{}", report.render(colour)).ok();
        }
        // Before anything of the store is touched, the plans kept beside it too.
        let held = Hold::take(&config.store, self.clock.is_some())?;
        let (plan, clock) = plan::load(&config, self.clock.as_deref())?;
        if !plan.candidate.audio_faults.is_empty() {
            write!(io::stderr(), "{}", plan::audio_warning(&plan.candidate, colour)).ok();
        }
        config.node.rehearsal = clock.is_rehearsal();
        let rng = Rng::from_entropy(entropy()?);
        let wall_ms = move || clock.wall().ms_at(clock.now());
        telemetry::libraries::listen(new_log(&config, plan.candidate.table.zone()), wall_ms);
        let (runtime, store, hold) = open_store(&config, held)?;
        raise_descriptor_limit();
        let socket = bind(&mut config)?;
        let (rtp, rtp_bound) = bind_rtp(&config)?;
        make_parent(&config.control)?;
        let control = Control::bind(&config.control).map_err(|error| control_failure(&error))?;
        Ok(Ready { config, plan, clock, runtime, store, hold, socket, rtp, rtp_bound, control, rng })
    }
}

fn greeting(ready: &Ready) -> String {
    let table = &ready.plan.candidate.table;
    let mut text = String::new();
    let clock = table.calendar().show(ready.clock.wall().ms);
    if ready.clock.is_rehearsal() {
        text.push_str(&format!(
            "REHEARSAL: the plan's clock starts at {clock} and runs on from there; it is not the time\n"
        ));
    }
    let from = match ready.plan.is_of_directory {
        true => format!("from {}", ready.config.plan.display()),
        false => format!("as it was kept, edition {}", ready.plan.edition()),
    };
    text.push_str(&format!("plan {} {from}, {clock}\n", table.name()));
    text.push_str(&format!("call records in {}\n", ready.store.path().display()));
    text.push_str(&format!("commands on {}\n", ready.config.control.display()));
    let (contact, local) = (ready.config.node.sip.contact, ready.socket.local());
    let told = if contact == local { String::new() } else { format!(", known to peers as {contact}") };
    text.push_str(&format!("listening on udp {local}{told}\n"));
    text
}

/// What a store has beside it: `data/tongjie.db` has `data/tongjie.db.node` and `data/tongjie.db.plans`. Its whole name
/// says whose they are: one node may write to `x.db`, another to `x.sqlite`.
fn beside(store: &Path, what: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".");
    name.push(what);
    PathBuf::from(name)
}

fn open_store(
    config: &Config,
    held: Option<Hold>,
) -> Result<(tokio::runtime::Runtime, Store, Hold), Failure> {
    let path = &config.store;
    make_parent(path)?;
    let held = match held {
        Some(held) => Some(held),
        None => Hold::take(path, config.node.rehearsal)?,
    };
    let Some(mut hold) = held else {
        return Err(Failure::new(format!("the directory of {} has gone", path.display())));
    };
    hold.mark()?;
    let runtime = runtime()?;
    let store = runtime.block_on(Store::open(path)).map_err(|error| {
        Failure::because(&error)
            .help("[store] file in the settings names it; no call is taken that could not be recorded")
    })?;
    Ok((runtime, store, hold))
}

/// Port 0 lets the kernel choose; then peers are told what it chose.
fn bind(config: &mut Config) -> Result<BatchSocket, Failure> {
    let socket = BatchSocket::bind(config.listen, BUFFER).map_err(|error| {
        let port = config.listen.port();
        let failure = Failure::new(format!("cannot listen on UDP {}", config.listen)).cause(&error);
        match error.kind() {
            ErrorKind::AddrInUse => failure.help(format!(
                "another program has the port (`ss -lunp 'sport = :{port}'` shows which): end it, or change [sip] listen"
            )),
            ErrorKind::AddrNotAvailable => failure.help("this machine has no such address: change [sip] listen"),
            ErrorKind::PermissionDenied => failure.help("ports below 1024 need CAP_NET_BIND_SERVICE: change [sip] listen"),
            _ => failure.help("see [sip] listen in the settings"),
        }
    })?;
    if config.node.sip.contact.port() == 0 {
        config.node.sip.contact.set_port(socket.local().port());
    }
    Ok(socket)
}

/// Ports that other programs hold are left out, and the log says so. What would fail for every port ends it at once.
fn bind_rtp(config: &Config) -> Result<(RtpSockets, Bound), Failure> {
    let listen = config.media_listen;
    let cannot = |error: &io::Error| Failure::new(format!("cannot receive RTP on {listen}")).cause(error);
    let mut sockets = RtpSockets::new(listen, config.node.rtp_ports()).map_err(|error| cannot(&error))?;
    let bound = sockets.bind(usize::MAX);
    match &bound.refused {
        Some((_, error)) if error.kind() == ErrorKind::AddrNotAvailable => {
            Err(cannot(error).help("this machine has no such address: change [media] listen"))
        }
        Some(_) | None => Ok((sockets, bound)),
    }
}

fn control_failure(error: &ControlError) -> Failure {
    let help = match error {
        ControlError::InUse(_) => {
            "stop it (`tongjie drain`), or give this node a [control] socket of its own"
        }
        ControlError::NotASocket(_) => "move it away, or change [control] socket",
        ControlError::Refused { .. } => {
            "see that its directory exists and this user may write there, or change [control] socket"
        }
    };
    Failure::because(error).help(help)
}

fn make_parent(path: &Path) -> Result<(), Failure> {
    let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) else { return Ok(()) };
    std::fs::create_dir_all(parent).map_err(|error| {
        Failure::new(format!("cannot make the directory {}", parent.display()))
            .cause(&error)
            .help(format!("make it, or name another place for {} in the settings", path.display()))
    })
}

/// Every RTP port takes one descriptor. For want of them ports are left out, and the log says so.
fn raise_descriptor_limit() {
    if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_NOFILE) {
        setrlimit(Resource::RLIMIT_NOFILE, hard, hard).ok();
    }
}

pub(super) fn entropy() -> Result<[u8; 32], Failure> {
    let mut seed = [0; 32];
    let read = std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut seed));
    read.map_err(|error| Failure::new("cannot read /dev/urandom").cause(error))?;
    Ok(seed)
}

/// A log of its own for each thread that writes to it: a line is written at one stroke.
fn new_log(config: &Config, zone: &str) -> Log {
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    Log::new(log_format(config), log_level(config), zone, Box::new(io::stderr()))
}

fn log_format(config: &Config) -> telemetry::Format {
    match config.log_format {
        LogFormat::Text => telemetry::Format::Text,
        LogFormat::Json => telemetry::Format::Json,
    }
}

fn log_level(config: &Config) -> Level {
    match config.log_level {
        LogLevel::Error => Level::Error,
        LogLevel::Warn => Level::Warn,
        LogLevel::Info => Level::Info,
        LogLevel::Debug => Level::Debug,
    }
}
