//! Files that are there whole or not at all: written beside, then renamed. A full disk leaves what was there before, and of
//! several files none is there when one cannot be.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::failure::{Failure, WRONG_USAGE};

/// Writes all; what can fail comes before the first of them has its name. `-` is standard output.
pub(super) fn write(files: &[(&PathBuf, Vec<u8>)]) -> Result<(), Failure> {
    let (direct, whole): (Vec<_>, Vec<_>) = files.iter().partition(|(file, _)| takes_bytes_only(file));
    let mut ready = vec![];
    for (file, bytes) in whole {
        ready.push((
            file,
            Unnamed::new(file, |out| out.write_all(bytes)).map_err(|error| cannot(file, &error))?,
        ));
    }
    for (file, bytes) in direct {
        pass(file, bytes).map_err(|error| cannot(file, &error))?;
    }
    ready.into_iter().try_for_each(|(file, unnamed)| unnamed.name().map_err(|error| cannot(file, &error)))
}

/// Whether it stands for standard output.
pub(super) fn is_output(file: &Path) -> bool {
    file == Path::new("-")
}

fn cannot(file: &Path, error: &io::Error) -> Failure {
    let name = if is_output(file) { "standard output".to_owned() } else { file.display().to_string() };
    Failure::new(format!("cannot write {name}")).cause(error).exit(WRONG_USAGE)
}

/// Standard output, a device, a pipe: none has another name to be written under.
fn takes_bytes_only(file: &Path) -> bool {
    is_output(file) || fs::metadata(file).is_ok_and(|old| !old.is_file())
}

fn pass(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if !is_output(file) {
        return File::options().write(true).open(file)?.write_all(bytes);
    }
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        // A reader that has seen enough is nobody's fault.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// A file that is written and has not its name yet. Dropped, it is gone.
#[derive(Debug)]
struct Unnamed {
    beside: PathBuf,
    file: PathBuf,
}

impl Unnamed {
    fn new(file: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<Self> {
        // Behind a link its target.
        let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
        let beside = beside(&file)?;
        let mut out = File::create_new(&beside)?;
        let unnamed = Self { beside, file };
        if let Ok(old) = fs::metadata(&unnamed.file) {
            out.set_permissions(old.permissions())?;
        }
        fill(&mut out)?;
        // Some disks say only now that they are full.
        out.sync_all()?;
        Ok(unnamed)
    }

    fn name(self) -> io::Result<()> {
        fs::rename(&self.beside, &self.file)
    }
}

impl Drop for Unnamed {
    fn drop(&mut self) {
        // With its name it is no longer there.
        fs::remove_file(&self.beside).ok();
    }
}

/// A name nobody else uses, in the same directory.
fn beside(file: &Path) -> io::Result<PathBuf> {
    let name = file.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::IsADirectory))?;
    Ok(file.with_file_name(format!(".{}.{}", name.to_string_lossy(), std::process::id())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn failure(files: &[(&PathBuf, Vec<u8>)]) -> String {
        write(files).unwrap_err().render(false)
    }

    #[test]
    fn a_disk_that_fills_up_leaves_what_was_there_and_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("plan.svg");
        let full = |out: &mut File| {
            out.write_all(b"half")?;
            Err(io::Error::from(io::ErrorKind::StorageFull))
        };
        assert_eq!(Unnamed::new(&file, full).unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(names(place.path()), [] as [&str; 0]);
        fs::write(&file, "before").unwrap();
        Unnamed::new(&file, full).unwrap_err();
        assert_eq!(fs::read_to_string(&file).unwrap(), "before");
        assert_eq!(names(place.path()), ["plan.svg"]);
        write(&[(&file, b"whole".to_vec())]).map_err(|failure| failure.render(false)).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "whole");
        assert_eq!(names(place.path()), ["plan.svg"]);
    }

    #[test]
    fn of_several_files_none_is_there_when_one_cannot_be() {
        // The SVG stayed behind when the PNG could not be written.
        let place = tempfile::tempdir().unwrap();
        let (svg, png, ics) =
            (place.path().join("p.svg"), place.path().join("p.png"), place.path().join("no/p.ics"));
        fs::write(&png, "before").unwrap();
        for bad in [&PathBuf::from("/dev/full"), &ics, &place.path().to_owned()] {
            let said = failure(&[(&svg, b"new".to_vec()), (&png, b"new".to_vec()), (bad, b"new".to_vec())]);
            assert!(said.contains(&format!("cannot write {}", bad.display())), "{said}");
            assert_eq!(names(place.path()), ["p.png"]);
            assert_eq!(fs::read_to_string(&png).unwrap(), "before");
        }
    }

    #[test]
    fn a_link_stays_one() {
        let place = tempfile::tempdir().unwrap();
        let (file, link) = (place.path().join("plan.svg"), place.path().join("latest.svg"));
        fs::write(&file, "before").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write(&[(&link, b"after".to_vec())]).map_err(|failure| failure.render(false)).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "after");
    }
}
