//! The plan's decision for one call with 100,000 numbers: budget 200 ns, no allocation.
//! The allocations are counted before anything is timed; one is enough to stop the bench.

#![expect(unsafe_code, reason = "a counting allocator can only be written so; it hands on to the system's")]
#![allow(
    missing_docs,
    clippy::expect_used,
    reason = "criterion's macros make undocumented items; a bench that panics has failed"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};

use criterion::{Criterion, criterion_group, criterion_main};
use tongjie::dialplan::{Facts, Ingress, Sources, Table, compile};
use tongjie::event::{Number, TrunkId};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is handed on unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        unsafe { System.dealloc(ptr, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const NUMBERS: u32 = 100_000;

fn table() -> Table {
    let mut text = String::from(
        "[plan]\nname = \"x\"\ntime-zone = \"Asia/Shanghai\"\narea-code = \"0510\"\nnumber = \"12345\"\n\
         general-queue = \"general\"\nannounce = \"merged\"\n[queue.general]\n[announcement.merged]\nfile = \"m.wav\"\n\
         [hotline.12345]\nname = \"x\"\nmode = \"direct\"\n[trunk.t]\naddress = \"127.0.0.1:5080\"\ntrusted = true\n\
         [wave.one]\ntrial = 2021-10-11\nformal = 2021-12-01\ncancel = 2022-01-01\n\
         [emergency]\n110 = { trunks = [\"t\"] }\n119 = { trunks = [\"t\"] }\n120 = { trunks = [\"t\"] }\n122 = { trunks = [\"t\"] }\n",
    );
    text.push_str(
        "[calendar.china]\nholidays = [\"2021-10-01..2021-10-07\"]\nworking = [\"2021-10-09\"]\n\
         [hours.office]\ncalendar = \"china\"\nweek = { mon-fri = [\"08:30-12:00\", \"13:30-17:30\"] }\n",
    );
    for i in 0..NUMBERS {
        text.push_str(&format!(
            "[hotline.0510-1{i:07}]\nname = \"n{i}\"\nmode = \"full-merge\"\nwave = \"one\"\nskill = \"s{}\"\n",
            i % 50
        ));
        // One in ten keeps office hours.
        if i % 10 == 0 {
            text.push_str("hours = \"office\"\nclosed = { to = \"general\" }\n");
        }
    }
    let (table, found) = compile(&Sources::new([("plan.toml", text)]));
    table.unwrap_or_else(|| panic!("{:?}", found.first()))
}

fn bench(c: &mut Criterion) {
    let table = table();
    let at_ms = table.calendar().parse("2021-12-15").expect("a date");
    let trunk = TrunkId::new("t");
    let caller = Number::new("13800000000");
    // Spread over the table, so that the processor's caches do not do the work.
    let calls: Vec<[(Ingress, Number); 1]> = (0..NUMBERS)
        .map(|i| [(Ingress::RequestUri, Number::new(format!("05101{:07}", (i * 7919) % NUMBERS)))])
        .collect();
    let decide = |candidates: &[(Ingress, Number)]| {
        table.decide(&Facts { trunk: Some(&trunk), caller: &caller, candidates }, at_ms)
    };

    let before = ALLOCATIONS.load(Ordering::Relaxed);
    for call in &calls {
        let decision = black_box(decide(call));
        assert!(decision.hotline.is_some());
    }
    assert_eq!(ALLOCATIONS.load(Ordering::Relaxed), before, "a decision allocates");

    let mut next = calls.iter().cycle();
    c.bench_function("decide/100k numbers, cold", |b| {
        b.iter(|| next.next().map(|call| decide(black_box(call))));
    });
    c.bench_function("decide/100k numbers, one number", |b| {
        b.iter(|| calls.first().map(|call| decide(black_box(call))))
    });
    let office = [(Ingress::RequestUri, Number::new("051010000010"))];
    c.bench_function("decide/one number with office hours", |b| b.iter(|| decide(black_box(&office))));
    let forwarded = [
        (Ingress::RequestUri, Number::new("12345")),
        (Ingress::HistoryInfo, Number::new("88889999")),
        (Ingress::To, Number::new("051010000042")),
    ];
    c.bench_function("decide/forwarded, found by To", |b| b.iter(|| decide(black_box(&forwarded))));
}

criterion_group!(benches, bench);
criterion_main!(benches);
