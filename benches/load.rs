//! A megabyte as a plan: read from disk, judged, told. Whatever its bytes are, budget 1 s.
//!
//! The kinds are those a careless walk would be slow on: one long chain, thousands of one thing that others refer to,
//! thousands of faults, as many names one letter off, nesting, and bytes that are no text at all.

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

/// A plan without a fault, so that what is added is proved too.
const HEAD: &str = include_str!("../tests/dialplan/bed/good/plan.toml");

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

/// What the megabyte is made of, its bytes, and whether it is a plan that is well: then all of it is proved.
type Kind = (&'static str, Vec<u8>, bool);

fn kinds() -> Vec<Kind> {
    let row = |i: usize, text: &mut String| {
        writeln!(text, "[hotline.0510-8{i:06}]\nname = \"n\"\nmode = \"full-merge\"\nnumber = \"kept\"")
            .expect("text");
    };
    let mut kinds = no_plans();
    kinds.extend(long_rows());
    kinds.extend(slips());
    kinds.extend([
        ("hotlines", filled("", row), true),
        (
            "a wave for every hotline",
            filled("", |i, text| {
                row(i, text);
                writeln!(text, "wave = \"w{i}\"\n[wave.w{i}]\ntrial = 2021-10-11\nformal = 2021-12-01").expect("text");
            }),
            true,
        ),
        (
            "hours for every hotline",
            filled("", |i, text| {
                row(i, text);
                writeln!(text, "hours = \"h{i}\"\nclosed = {{ to = \"general\" }}\n[hours.h{i}]\nweek = {{ mon-fri = [\"08:30-17:30\"] }}")
                    .expect("text");
            }),
            true,
        ),
        (
            "an announcement for every hotline",
            filled("", |i, text| {
                row(i, text);
                writeln!(text, "announce = \"a{i}\"\n[announcement.a{i}]\nfile = \"audio/merged.alaw\"").expect("text");
            }),
            true,
        ),
        (
            "a queue and an agent for every hotline",
            filled("", |i, text| {
                writeln!(text, "[hotline.0510-8{i:06}]\nname = \"n\"\nmode = \"dual-number\"\nqueue = \"q{i}\"\n[queue.q{i}]\n[agent.b{i}]\npassword = \"x\"\nqueues = [\"q{i}\", \"general\"]\nskills = [\"*\"]")
                    .expect("text");
            }),
            true,
        ),
        (
            "trunks with bound numbers",
            filled("", |i, text| {
                let [_, a, b, c] = u32::try_from(i).unwrap_or_default().to_be_bytes();
                writeln!(text, "[trunk.t{i}]\naddress = \"10.{a}.{b}.{c}\"\naccess = {{ 8{i:06} = \"12345\" }}").expect("text");
            }),
            true,
        ),
        (
            "tests",
            filled("", |i, text| {
                writeln!(text, "[[test]]\nname = \"t{i}\"\nat = 2021-12-01\ncall = {{ to = \"12319\" }}\nexpect = {{ queue = \"general\" }}")
                    .expect("text");
            }),
            true,
        ),
    ]);
    kinds
}

/// Bytes that are no TOML, or no plan.
fn no_plans() -> Vec<Kind> {
    let mut rng = Rng::from_seed(1);
    let chance = (0..MEGABYTE).map(|_| u8::try_from(rng.below(256)).unwrap_or_default()).collect();
    vec![
        ("bytes of chance", chance, false),
        ("opening brackets", [b"x = ".to_vec(), vec![b'['; MEGABYTE]].concat(), false),
        ("one dotted key", [b"a.".repeat(MEGABYTE / 2), b"a = 1".to_vec()].concat(), false),
        ("one long value", [b"x = \"".to_vec(), vec![b'x'; MEGABYTE], b"\"".to_vec()].concat(), false),
        ("empty tests", b"[[test]]\n".repeat(MEGABYTE / 9), false),
    ]
}

/// Names by the thousand, and nearly as many that miss one of them by a letter.
fn slips() -> Vec<Kind> {
    let waves = |i: usize, text: &mut String| {
        writeln!(text, "[hotline.0510-8{i:06}]\nname = \"n\"\nmode = \"full-merge\"\nnumber = \"kept\"\nwave = \"v{i}\"\n[wave.w{i}]\ntrial = 2021-10-11\nformal = 2021-12-01")
            .expect("text");
    };
    // After a province's names have changed.
    let queues = |i: usize, text: &mut String| {
        writeln!(text, "[queue.queue-{i:06}]\noverflow = [{{ after = \"30s\", to = \"general\" }}]\n[agent.b{i}]\npassword = \"x\"\nqueues = [\"queues-{i:06}\"]")
            .expect("text");
    };
    let numbers = |i: usize, text: &mut String| {
        writeln!(text, "[hotline.0510-8{i:06}]\nname = \"n\"\nmode = \"full-merge\"\nnumber = \"kept\"\n[trunk.t{i}]\naddress = \"10.0.0.1\"\naccess = {{ 8{i:06} = \"0510-9{i:06}\" }}")
            .expect("text");
    };
    vec![
        ("a wave for every hotline, each misspelt", filled("", waves), false),
        ("queues whose people name them otherwise", filled("", queues), false),
        ("bound numbers of no hotline", filled("", numbers), false),
    ]
}

/// One thing after another, each leading to the next.
fn long_rows() -> Vec<Kind> {
    let aliases = |i: usize, text: &mut String| {
        writeln!(text, "9{i:06} = \"9{:06}\"", i + 1).expect("text");
    };
    let overflow = |i: usize, text: &mut String| {
        let next = i + 1;
        writeln!(text, "[queue.q{i}]\noverflow = [{{ after = \"30s\", to = \"q{next}\" }}]\nfull = {{ to = \"q{next}\" }}")
            .expect("text");
    };
    let closed = |i: usize, text: &mut String| {
        writeln!(text, "[queue.q{i}]\nhours = \"h\"\nclosed = {{ to = \"q{}\" }}", i + 1).expect("text");
    };
    let owners = |i: usize, text: &mut String| {
        let month = |i: usize| format!("{:04}-{:02}-01", 1980 + i / 12, i % 12 + 1);
        writeln!(text, "[hotline.h{i}]\ndigits = \"12399\"\nname = \"n\"\nmode = \"full-merge\"\nnumber = \"kept\"\nfrom = {}\nuntil = {}", month(i), month(i + 1))
            .expect("text");
    };
    let days = |i: usize, text: &mut String| {
        write!(text, "\"{:04}-{:02}-{:02}\", ", 1980 + i / 336 % 120, i / 28 % 12 + 1, i % 28 + 1)
            .expect("text");
    };
    let hours = "[hours.h]\nweek = { mon-fri = [\"08:30-17:30\"] }\n";
    vec![
        ("aliases in a row", filled("[alias]\n", aliases), false),
        ("queues that overflow into the next", filled("", overflow), false),
        ("queues closed into the next", filled(hours, closed), false),
        ("owners of one number", filled("", owners), true),
        (
            "holidays in one line",
            [filled("[calendar.c]\nholidays = [", days), b"]\n".to_vec()].concat(),
            false,
        ),
    ]
}

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("load/a megabyte of");
    for (kind, bytes, well) in kinds() {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(dir.path().join("audio")).expect("a directory");
        std::fs::write(dir.path().join("audio/merged.alaw"), [0xd5; 24_000]).expect("written");
        std::fs::write(dir.path().join("plan.toml"), bytes).expect("written");
        let found = load_plan(dir.path());
        assert_eq!(
            found.is_ok(),
            well,
            "{kind}: {}",
            found.map_or_else(|report| report.to_string(), |_| String::new())
        );
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
