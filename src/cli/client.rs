//! Asks a running node over its control socket.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use super::Where;
use super::failure::Failure;
use crate::config;
use crate::io::control::protocol::{Answer, Request};

/// A connection to a node.
pub(super) struct Client {
    stream: BufReader<UnixStream>,
    path: PathBuf,
}

impl Client {
    /// Connects to the node of these settings.
    pub(super) fn connect(place: &Where) -> Result<Self, Failure> {
        let (config, _) = config::load(&place.config)?;
        let path = config.control;
        let stream = UnixStream::connect(&path).map_err(|error| {
            let failure =
                Failure::unreachable(format!("no node answers on {}", path.display())).cause(&error);
            match error.kind() {
                ErrorKind::PermissionDenied => failure.help("only the user the node runs as may speak to it"),
                _ => failure.help("start one with `tongjie serve`, or name another with `--config FILE`"),
            }
        })?;
        let client = Self { stream: BufReader::new(stream), path };
        client.timeout(Some(ANSWER_MAX))?;
        Ok(client)
    }

    /// Asks and waits for the answer. What the node refuses is a failure.
    pub(super) fn ask(&mut self, request: &Request) -> Result<Answer, Failure> {
        let mut line = serde_json::to_vec(request).map_err(|error| Failure::because(&error))?;
        line.push(b'\n');
        self.stream.get_mut().write_all(&line).map_err(|error| self.lost(&error))?;
        let line = self.line()?.ok_or_else(|| self.gone())?;
        match serde_json::from_str(&line) {
            Ok(Answer::Refused(why)) => Err(Failure::new(why)),
            Ok(answer) => Ok(answer),
            Err(error) => {
                Err(Failure::unreachable(format!("{} gives no sensible answer", self.path.display()))
                    .cause(error)
                    .help("are node and command of the same version?"))
            }
        }
    }

    /// The same, of what may take its time: plans are read and checked before the answer comes.
    pub(super) fn ask_patiently(&mut self, request: &Request) -> Result<Answer, Failure> {
        self.timeout(Some(READING_MAX))?;
        let answer = self.ask(request);
        self.timeout(Some(ANSWER_MAX))?;
        answer
    }

    /// Asks for events; [`Self::line`] brings them, for as long as they come.
    pub(super) fn follow(&mut self) -> Result<(), Failure> {
        self.ask(&Request::Follow {})?;
        self.timeout(None)
    }

    /// The next line; `None` when the node has gone.
    pub(super) fn line(&mut self) -> Result<Option<String>, Failure> {
        let mut line = String::new();
        match self.stream.read_line(&mut line) {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(line)),
            Err(error) => Err(self.lost(&error)),
        }
    }

    /// For answers that do not fit the question: another version speaks.
    pub(super) fn confused(&self) -> Failure {
        Failure::unreachable(format!("{} answers something else than was asked", self.path.display()))
            .help("are node and command of the same version?")
    }

    /// For a node that ends the connection.
    pub(super) fn gone(&self) -> Failure {
        Failure::unreachable(format!("the node on {} has gone", self.path.display()))
    }

    fn lost(&self, error: &std::io::Error) -> Failure {
        self.gone().cause(error)
    }

    fn timeout(&self, limit: Option<Duration>) -> Result<(), Failure> {
        let stream = self.stream.get_ref();
        stream
            .set_read_timeout(limit)
            .and_then(|()| stream.set_write_timeout(limit))
            .map_err(|error| self.lost(&error))
    }
}

/// A province's plan is read in seconds, on any machine; others may be read before it.
const READING_MAX: Duration = Duration::from_secs(120);
/// Longer than the node itself waits.
const ANSWER_MAX: Duration = Duration::from_secs(8);
