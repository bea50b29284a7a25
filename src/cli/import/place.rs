//! A plan's files put in their place together: first all of them beside it, then moved. A disk that fills up on the way
//! leaves what was there before.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process;

/// What could not be written.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) path: PathBuf,
    pub(super) why: io::Error,
    /// What is there now.
    pub(super) left: &'static str,
}

/// Writes the files, by their names below `dir`, over those that are there.
pub(super) fn place(dir: &Path, files: &[(String, &[u8])]) -> Result<(), Failed> {
    let beside = beside(dir);
    let placed = write(&beside, dir, files).and_then(|()| move_in(&beside, dir, files));
    // Empty by now, or of no use.
    fs::remove_dir_all(&beside).ok();
    placed
}

/// A directory on the same file system, so that moving takes no room.
fn beside(dir: &Path) -> PathBuf {
    let own = format!(".tongjie-import-{}", process::id());
    match (dir.parent(), dir.file_name()) {
        (Some(parent), Some(_)) => parent.join(own),
        (_, _) => dir.join(own),
    }
}

fn write(beside: &Path, dir: &Path, files: &[(String, &[u8])]) -> Result<(), Failed> {
    let failed = |path: PathBuf, why| Failed { path, why, left: "nothing was written" };
    fs::create_dir_all(beside).map_err(|why| failed(dir.to_owned(), why))?;
    for (name, bytes) in files {
        let path = beside.join(name);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        // Passwords are nobody else's to read.
        let mode = if name == "agents.toml" { 0o600 } else { 0o666 };
        let create = || File::options().write(true).create_new(true).mode(mode).open(&path);
        let written = made.and_then(|()| create()).and_then(|mut file| {
            file.write_all(bytes)?;
            // Some file systems tell only at the end that they are full.
            file.sync_all()
        });
        written.map_err(|why| failed(dir.join(name), why))?;
    }
    Ok(())
}

fn move_in(beside: &Path, dir: &Path, files: &[(String, &[u8])]) -> Result<(), Failed> {
    if dir.symlink_metadata().is_err() {
        let left = "nothing was written";
        return fs::rename(beside, dir).map_err(|why| Failed { path: dir.to_owned(), why, left });
    }
    for (i, (name, _)) in files.iter().enumerate() {
        let path = dir.join(name);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::rename(beside.join(name), &path)).map_err(|why| {
            let left = if i == 0 {
                "nothing was written"
            } else {
                "files before it are new, it and those behind are not"
            };
            Failed { path, why, left }
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// What stands in a directory, and in those below it.
    fn there(dir: &Path) -> Vec<(String, String)> {
        let mut found = vec![];
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(there(&path));
            } else {
                found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
        found.sort();
        found
    }

    fn files<'a>(last: &str) -> Vec<(String, &'a [u8])> {
        vec![
            ("plan.toml".to_owned(), b"new".as_slice()),
            ("audio/a.wav".to_owned(), b"new".as_slice()),
            (last.to_owned(), b"new".as_slice()),
        ]
    }

    #[test]
    fn a_plan_that_cannot_be_written_whole_leaves_what_was_there_before() {
        // No file system takes so long a name, so the last of the files fails as on a full disk.
        let too_long = "x".repeat(300);
        let place_of = tempfile::tempdir().unwrap();
        let dir = place_of.path().join("city");
        let failed = place(&dir, &files(&too_long)).unwrap_err();
        assert_eq!((failed.path, failed.left), (dir.join(&too_long), "nothing was written"));
        assert_eq!(there(place_of.path()), []);
        assert_eq!(fs::read_dir(place_of.path()).unwrap().count(), 0);

        fs::create_dir(&dir).unwrap();
        fs::write(dir.join("plan.toml"), "old").unwrap();
        place(&dir, &files(&too_long)).unwrap_err();
        assert_eq!(there(place_of.path()), [(dir.join("plan.toml").display().to_string(), "old".to_owned())]);
    }

    #[test]
    fn passwords_are_readable_to_their_owner_alone() {
        let place_of = tempfile::tempdir().unwrap();
        let dir = place_of.path().join("city");
        place(&dir, &files("agents.toml")).unwrap();
        let mode = |name: &str| dir.join(name).metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("agents.toml"), 0o600);
        assert_ne!(mode("plan.toml") & 0o044, 0, "the rest is as readable as files are here");
    }

    #[test]
    fn a_plan_is_put_in_its_place_and_what_else_is_there_stays() {
        let place_of = tempfile::tempdir().unwrap();
        let dir = place_of.path().join("cities/city");
        place(&dir, &files("tests.toml")).unwrap();
        fs::write(dir.join("notes.txt"), "mine").unwrap();
        fs::write(dir.join("plan.toml"), "old").unwrap();
        place(&dir, &files("tests.toml")).unwrap();
        let texts: Vec<String> = there(&dir).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["new", "mine", "new", "new"]);
        assert_eq!(fs::read_dir(place_of.path().join("cities")).unwrap().count(), 1);
    }
}
