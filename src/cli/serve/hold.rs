//! One node at a time writes to a store, and whose calls are in it: those of a node in service or those of rehearsals
//! (`serve --clock`), never both. Said by a small file beside it, `data/tongjie.db.node`, locked while a node runs and left
//! when it has gone.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::beside;
use crate::cli::failure::Failure;

/// The right to write to a store, until it is dropped.
#[derive(Debug)]
pub(super) struct Hold {
    file: File,
    path: PathBuf,
    rehearses: bool,
}

impl Hold {
    /// Takes the store, or says who has it. `None`: the directory is not there yet, so nobody has.
    pub(super) fn take(store: &Path, rehearses: bool) -> Result<Option<Self>, Failure> {
        let path = beside(store, "node");
        let opened = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = match opened {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(|error| cannot(&path, &error))?,
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let message =
                    format!("another node is running: it writes its call records to {}", store.display());
                let help = "stop it (`tongjie drain`), or give this node a [store] file of its own";
                return Err(Failure::new(message).help(help));
            }
            Err(TryLockError::Error(error)) => return Err(cannot(&path, &error)),
        }
        let mut mark = String::new();
        file.read_to_string(&mut mark).map_err(|error| cannot(&path, &error))?;
        // A store that bears no mark was made by a node that knew of none.
        if store.exists() && (mark == REHEARSAL) != rehearses {
            return Err(mixed(store, rehearses));
        }
        Ok(Some(Self { file, path, rehearses }))
    }

    /// From now on there are calls in it.
    pub(super) fn mark(&mut self) -> Result<(), Failure> {
        let mark = if self.rehearses { REHEARSAL } else { SERVICE };
        let written = self.file.set_len(0).and_then(|()| {
            self.file.rewind()?;
            self.file.write_all(mark.as_bytes())
        });
        written.map_err(|error| cannot(&self.path, &error))
    }
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("cannot take the store: {}", path.display()))
        .cause(error)
        .help("[store] file in the settings names it; this user must be able to write beside it")
}

fn mixed(store: &Path, rehearses: bool) -> Failure {
    let store = store.display();
    if rehearses {
        let message = format!(
            "{store} holds the call records of a node in service; a rehearsal would write among them"
        );
        Failure::new(message).help("rehearse with a copy of the settings that names another [store] file")
    } else {
        let message = format!(
            "{store} holds the calls of a rehearsal (`serve --clock`); they would be among the real ones"
        );
        Failure::new(message).help("name another [store] file, or move this one away")
    }
}

const SERVICE: &str = "service\n";
const REHEARSAL: &str = "rehearsal\n";
