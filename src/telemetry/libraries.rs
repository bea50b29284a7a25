//! What libraries say through `tracing`, in the same log as everything else.
//!
//! Only warnings and errors: they are about files and sockets. It reads the system's clock for the time, as libraries know no other.

use std::io;

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

use super::log::Format;

/// Takes over what libraries say. Once a process; a second time does nothing.
pub fn listen(format: Format) {
    let registry = tracing_subscriber::registry().with(LevelFilter::WARN);
    let layer = fmt::layer().with_writer(io::stderr).with_ansi(false);
    // Fails when somebody else listens already.
    match format {
        Format::Text => registry.with(layer).try_init().ok(),
        Format::Json => registry.with(layer.json()).try_init().ok(),
    };
}
