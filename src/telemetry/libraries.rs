//! What libraries say through `tracing`, and the store: lines of the same log, by the same clock.
//!
//! Only warnings and errors: they are about files and sockets.

use std::fmt::{Debug, Write as _};
use std::sync::{Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::Context;
use tracing_subscriber::prelude::*;

use super::log::{Level, Log};

/// Takes over what libraries say and writes it to `log`; `wall_ms` reads the clock the plan sees. Once a process; a
/// second time does nothing.
pub fn listen(log: Log, wall_ms: impl Fn() -> i64 + Send + Sync + 'static) {
    let lines = Lines { log: Mutex::new(log), wall_ms };
    // Fails when somebody else listens already.
    tracing_subscriber::registry().with(LevelFilter::WARN).with(lines).try_init().ok();
}

struct Lines<F> {
    log: Mutex<Log>,
    wall_ms: F,
}

impl<S: Subscriber, F: Fn() -> i64 + Send + Sync + 'static> Layer<S> for Lines<F> {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut words = Words::default();
        event.record(&mut words);
        let error = *event.metadata().level() == tracing::Level::ERROR;
        let level = if error { Level::Error } else { Level::Warn };
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.line(level, (self.wall_ms)(), &words.text());
        // There is no next line that would take it along.
        log.flush();
    }
}

/// The message, and what else is said, in the order it is said.
#[derive(Default)]
struct Words {
    message: String,
    others: Vec<String>,
}

impl Words {
    fn text(self) -> String {
        let others = self.others.join(", ");
        if others.is_empty() { self.message } else { format!("{} ({others})", self.message) }
    }
}

impl Visit for Words {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            // Writing to a String does not fail.
            "message" => _ = write!(self.message, "{value:?}"),
            name => self.others.push(format!("{name} {value:?}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::Format;
    use std::sync::Arc;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Page {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[track_caller]
    fn check(format: Format, expected: &str) {
        let page = Page::default();
        let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
        let log = Log::new(format, Level::Warn, zone, Box::new(page.clone()));
        let lines = Lines { log: Mutex::new(log), wall_ms: || 1_640_966_399_123 };
        let subscriber = tracing_subscriber::registry().with(LevelFilter::WARN).with(lines);
        tracing::subscriber::with_default(subscriber, || {
            tracing::error!(waiting = 15, who = "me", "CDRs are kept in memory: {}", "the disk\nis full");
            tracing::warn!("again");
            tracing::info!("nobody wants to know");
        });
        assert_eq!(String::from_utf8(page.0.lock().unwrap().clone()).unwrap(), expected);
    }

    #[test]
    fn a_line_of_the_store_looks_like_every_other_and_has_the_clock_of_the_plan() {
        check(
            Format::Text,
            "2021-12-31 23:59:59.123 error -              CDRs are kept in memory: the disk\\u{a}is full (waiting 15, who me)\n\
             2021-12-31 23:59:59.123 warn  -              again\n",
        );
        check(
            Format::Json,
            "{\"time\":\"2021-12-31T23:59:59.123+08:00\",\"level\":\"error\",\"text\":\"CDRs are kept in memory: the disk\\\\u{a}is full (waiting 15, who me)\"}\n\
             {\"time\":\"2021-12-31T23:59:59.123+08:00\",\"level\":\"warn\",\"text\":\"again\"}\n",
        );
    }
}
