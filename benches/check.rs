//! `check` of a province: 13 cities, 150 hotlines each, ten years of holidays, hours and re-used numbers: budget 1 s.
//! And of one city with 500, 2,000 and 8,000 hotlines: the work may grow no worse than n log n.

#![allow(
    missing_docs,
    clippy::expect_used,
    reason = "criterion's macros make undocumented items; a bench that panics has failed"
)]

use std::fmt::Write;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tongjie::dialplan::{Sources, check};

/// A city with everything in it: waves over ten years, three modes, hours with ten years of holidays, queues that
/// overflow and close, numbers that change their owner, aliases, agents.
fn city(hotlines: usize) -> Sources {
    let mut text = head();
    for year in 2021..2031 {
        writeln!(
            text,
            "[wave.w{year}]\ntrial = {year}-03-01\nformal = {year}-06-01\ncancel = {year}-12-31T12:30:00"
        )
        .expect("text");
    }
    let days = |day: &str| (2021..2031).map(|y| format!("\"{y}-{day}\"")).collect::<Vec<_>>().join(", ");
    let holidays = [
        days("01-01"),
        days("05-01"),
        (2021..2031).map(|y| format!("\"{y}-10-01..{y}-10-07\"")).collect::<Vec<_>>().join(", "),
    ];
    writeln!(text, "[calendar.china]\nholidays = [{}]\nworking = [{}]", holidays.join(", "), days("10-09"))
        .expect("text");
    for i in 0..hotlines / 10 {
        writeln!(text, "[queue.q{i}]\nskills = {{ s{i} = 1 }}\nhours = \"h{}\"\nclosed = {{ to = \"general\" }}\noverflow = [{{ after = \"30s\", to = \"general\" }}]\nfull = {{ to = \"general\" }}\n[agent.a{i}]\npassword = \"x\"\nqueues = [\"q{i}\", \"general\"]\nskills = [\"s{i}\"]",
            i % 3
        )
        .expect("text");
    }
    for i in 0..hotlines {
        let year = 2021 + i % 10;
        let (mode, more) = match i % 5 {
            0 => ("dual-number", format!("queue = \"q{}\"\nskill = \"s{}\"", i / 10, i / 10)),
            1 => (
                "sub-center",
                "trunk = \"tax\"\noverflow = { to = \"general\", when = [\"down\", \"full\"] }".to_owned(),
            ),
            _ => ("full-merge", format!("skill = \"s{}\"", i / 10)),
        };
        writeln!(
            text,
            "[hotline.0510-1{i:07}]\nname = \"n{i}\"\nmode = \"{mode}\"\nwave = \"w{year}\"\n{more}"
        )
        .expect("text");
    }
    text.push_str("[alias]\n");
    for i in 0..hotlines / 20 {
        writeln!(text, "0510-2{i:07} = \"0510-1{i:07}\"").expect("text");
    }
    Sources::new([("plan.toml", text)])
}

/// The small plan of the tests, with a way for numbers that are cancelled.
fn head() -> String {
    let good = include_str!("../tests/dialplan/bed/good/plan.toml");
    let good = good.replace("announce = \"merged\"\n", "announce = \"merged\"\nintercept = \"gone\"\n");
    good + MORE
}

const MORE: &str = r#"
[trunk.tax]
address = "10.0.0.1"
[announcement.gone]
file = "g.wav"
[hours.h0]
calendar = "china"
week = { mon-fri = ["08:30-12:00", "13:30-17:30"] }
[hours.h1]
calendar = "china"
week = { mon-sat = ["08:00-20:00"] }
holiday = ["09:00-17:00"]
[hours.h2]
week = { mon-sun = ["06:00-24:00"] }
"#;

fn well(sources: &Sources) {
    let (table, found) = check(black_box(sources), None);
    assert!(table.is_some(), "{:?}", found.first());
}

fn bench(c: &mut Criterion) {
    let province: Vec<Sources> = (0..13).map(|_| city(150)).collect();
    c.bench_function("check/a province: 13 cities x 150 hotlines x 10 years", |b| {
        b.iter(|| province.iter().for_each(well));
    });
    let mut sizes = c.benchmark_group("check/one city");
    for hotlines in [500, 2_000, 8_000] {
        let sources = city(hotlines);
        sizes.throughput(Throughput::Elements(u64::try_from(hotlines).expect("a number")));
        sizes.bench_with_input(BenchmarkId::from_parameter(hotlines), &sources, |b, sources| {
            b.iter(|| well(sources));
        });
    }
    sizes.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = bench
}
criterion_main!(benches);
