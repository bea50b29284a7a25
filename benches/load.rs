//! A megabyte as a plan: read from disk, judged, told. Whatever its bytes are, budget 1 s.
//!
//! The kinds are those a careless walk would be slow on: one long chain, thousands of one thing that others refer to,
//! thousands of faults, nesting, and bytes that are no text at all.

#![allow(
    missing_docs,
    clippy::expect_used,
    reason = "criterion's macros make undocumented items; a bench that panics has failed"
)]

use std::fmt::Write;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use tongjie::dialplan::load_plan;
use tongjie::stdx::Rng;

const MEGABYTE: usize = 1 << 20;

const HEAD: &str = r#"
[plan]
name = "city"
time-zone = "Asia/Shanghai"
area-code = "0510"
number = "12345"
general-queue = "general"
[hotline.12345]
name = "city"
mode = "direct"
[queue.general]
[agent.all]
password = "x"
queues = ["general"]
skills = ["*"]
"#;

/// A good head and then one line after another, up to a megabyte.
fn filled(section: &str, mut line: impl FnMut(usize, &mut String)) -> Vec<u8> {
    let mut text = format!("{HEAD}{section}");
    for i in 0.. {
        if text.len() >= MEGABYTE {
            break;
        }
        line(i, &mut text);
    }
    text.into_bytes()
}

fn kinds() -> Vec<(&'static str, Vec<u8>)> {
    let mut rng = Rng::from_seed(1);
    let bytes = (0..MEGABYTE).map(|_| u8::try_from(rng.below(256)).unwrap_or_default()).collect();
    let row = |i: usize, text: &mut String| {
        writeln!(text, "[hotline.0510-8{i:06}]\nname = \"n\"\nmode = \"full-merge\"").expect("text");
    };
    vec![
        ("bytes of chance", bytes),
        ("opening brackets", [b"x = ".to_vec(), vec![b'['; MEGABYTE]].concat()),
        ("one dotted key", [b"a.".repeat(MEGABYTE / 2), b"a = 1".to_vec()].concat()),
        ("one long value", [b"x = \"".to_vec(), vec![b'x'; MEGABYTE], b"\"".to_vec()].concat()),
        ("empty tests", b"[[test]]\n".repeat(MEGABYTE / 9)),
        ("hotlines", filled("", row)),
        (
            "a chain of aliases",
            filled("[alias]\n", |i, text| {
                writeln!(text, "9{i:06} = \"9{:06}\"", i + 1).expect("text");
            }),
        ),
        (
            "a wave for every hotline",
            filled("", |i, text| {
                row(i, text);
                writeln!(text, "wave = \"w{i}\"\n[wave.w{i}]\ntrial = 2021-10-11\nformal = 2021-12-01")
                    .expect("text");
            }),
        ),
        (
            "owners of one number, one after the other",
            filled("", |i, text| {
                let year = 1000 + i / 12;
                let (month, next) = (i % 12 + 1, (i + 1) % 12 + 1);
                let year_of_next = 1000 + (i + 1) / 12;
                writeln!(
                    text,
                    "[hotline.h{i}]\ndigits = \"12399\"\nname = \"n\"\nmode = \"full-merge\"\nfrom = {year:04}-{month:02}-01\nuntil = {year_of_next:04}-{next:02}-01"
                )
                .expect("text");
            }),
        ),
        (
            "queues that overflow into the next",
            filled("", |i, text| {
                writeln!(text, "[queue.q{i}]\noverflow = [{{ after = \"30s\", to = \"q{}\" }}]\nfull = {{ to = \"q{}\" }}", i + 1, i + 1)
                    .expect("text");
            }),
        ),
        (
            "queues closed into the next",
            filled("[hours.h]\nweek = { mon-fri = [\"08:30-17:30\"] }\n", |i, text| {
                writeln!(text, "[queue.q{i}]\nhours = \"h\"\nclosed = {{ to = \"q{}\" }}", i + 1)
                    .expect("text");
            }),
        ),
        (
            "trunks with bound numbers",
            filled("", |i, text| {
                writeln!(
                    text,
                    "[trunk.t{i}]\naddress = \"10.{}.{}.{}\"\naccess = {{ 8{i:06} = \"12345\" }}",
                    i >> 16 & 255,
                    i >> 8 & 255,
                    i & 255
                )
                .expect("text");
            }),
        ),
        (
            "announcements each named once",
            filled("", |i, text| {
                row(i, text);
                writeln!(text, "announce = \"a{i}\"\n[announcement.a{i}]\nfile = \"a{i}.wav\"").expect("text");
            }),
        ),
        (
            "holidays",
            filled("[hours.o]\ncalendar = \"c\"\nweek = { mon-fri = [\"08:30-17:30\"] }\n[queue.q]\nhours = \"o\"\nclosed = { to = \"general\" }\n[calendar.c]\nholidays = [", |i, text| {
                write!(text, "\"{:04}-{:02}-{:02}\", ", 1900 + i / 336 % 200, i / 28 % 12 + 1, i % 28 + 1)
                    .expect("text");
            })
            .into_iter()
            .chain(*b"]\n")
            .collect(),
        ),
    ]
}

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("load/a megabyte of");
    for (kind, bytes) in kinds() {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::write(dir.path().join("plan.toml"), bytes).expect("written");
        group.bench_function(BenchmarkId::from_parameter(kind), |b| {
            b.iter(|| {
                let report = match load_plan(black_box(dir.path())) {
                    Ok(loaded) => loaded.report,
                    Err(report) => report,
                };
                report.render(false).len()
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = bench
}
criterion_main!(benches);
