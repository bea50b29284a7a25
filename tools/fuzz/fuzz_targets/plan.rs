//! Any bytes as the files of a plan: a table or diagnostics, each with a place that is there, and never a panic. A byte
//! 0x1f divides files, so that what one file says of another is found.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tongjie::dialplan::located::Located;
use tongjie::dialplan::{Report, Sources, check};

const FILES: [&str; 4] = ["plan.toml", "hotlines.toml", "queues.toml", "tests.toml"];

fuzz_target!(|bytes: &[u8]| {
    let texts = bytes.split(|byte| *byte == 0x1f).map(|text| String::from_utf8_lossy(text).into_owned());
    let sources = Sources::new(FILES.into_iter().zip(texts));
    let (table, diagnostics) = check(&sources, None);
    assert!(diagnostics.len() <= 1001);
    for diagnostic in &diagnostics {
        let _ = Located::new(diagnostic, &sources);
    }
    let report = Report { sources, diagnostics };
    assert_eq!(table.is_none(), report.counts().0 > 0);
    let _ = report.render(true);
});
