//! A file that is there whole or not at all: written beside, then renamed. A full disk leaves what was there before.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;

pub(super) fn write(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    put(file, |out| out.write_all(bytes))
        .map_err(|error| Failure::new(format!("cannot write {}", file.display())).cause(error))
}

fn put(file: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    // Behind a link its target; a device or a pipe takes bytes and no other name.
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let old = fs::metadata(&file).ok();
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        return fill(&mut File::options().write(true).open(&file)?);
    }
    let beside = beside(&file)?;
    let whole = || {
        let mut out = File::create_new(&beside)?;
        if let Some(old) = old {
            out.set_permissions(old.permissions())?;
        }
        fill(&mut out)?;
        // Some disks say only now that they are full.
        out.sync_all()?;
        fs::rename(&beside, &file)
    };
    let written = whole();
    if written.is_err() {
        // It may not be there.
        fs::remove_file(&beside).ok();
    }
    written
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
        names.map(|name| name.into_string().unwrap()).collect()
    }

    #[test]
    fn a_disk_that_fills_up_leaves_what_was_there_and_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("plan.svg");
        let full = |out: &mut File| {
            out.write_all(b"half")?;
            Err(io::Error::from(io::ErrorKind::StorageFull))
        };
        assert_eq!(put(&file, full).unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(names(place.path()), [] as [&str; 0]);
        fs::write(&file, "before").unwrap();
        put(&file, full).unwrap_err();
        assert_eq!(fs::read_to_string(&file).unwrap(), "before");
        assert_eq!(names(place.path()), ["plan.svg"]);
        put(&file, |out| out.write_all(b"whole")).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "whole");
        assert_eq!(names(place.path()), ["plan.svg"]);
    }

    #[test]
    fn a_link_stays_one_and_a_device_is_written_to() {
        let place = tempfile::tempdir().unwrap();
        let (file, link) = (place.path().join("plan.svg"), place.path().join("latest.svg"));
        fs::write(&file, "before").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        put(&link, |out| out.write_all(b"after")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "after");
        let refused = put(Path::new("/dev/full"), |out| out.write_all(b"x")).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn a_directory_that_is_not_there_is_an_error() {
        let place = tempfile::tempdir().unwrap();
        assert!(put(&place.path().join("no/plan.svg"), |_| Ok(())).is_err());
        assert!(put(place.path(), |_| Ok(())).is_err());
    }
}
