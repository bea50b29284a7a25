//! A reload every second under fifty calls a second, on the wire: every call ends as the plan says that ran when it came.

use std::time::Duration;

use serde_json::{Value, json};

use super::node::{Node, node};

/// What the two plans say of 12366 (its name and its trunk) and of a number nobody knows (the notice).
const SAY: [(&str, &str, &str, &str); 2] =
    [("甲", "税务甲", "tax", "unknown-number"), ("乙", "税务乙", "customs", "all-busy")];

/// Rewrites the node's plan.
fn write(node: &Node, (plan, name, trunk, notice): (&str, &str, &str, &str)) {
    for (file, edits) in [
        (
            "plan.toml",
            vec![
                ("name = \"无锡12345\"", format!("name = \"{plan}\"")),
                (
                    "unknown = { announce = \"unknown-number\"",
                    format!("unknown = {{ announce = \"{notice}\""),
                ),
            ],
        ),
        (
            "hotlines.toml",
            vec![
                ("name = \"纳税缴费服务\"", format!("name = \"{name}\"")),
                ("trunk = \"tax\"", format!("trunk = \"{trunk}\"")),
            ],
        ),
        // They test the plan as it is in the repository.
        ("tests.toml", vec![]),
    ] {
        let original = node.dir().join("original").join(file);
        let mut text =
            if file == "tests.toml" { String::new() } else { std::fs::read_to_string(original).unwrap() };
        for (from, to) in edits {
            assert!(text.contains(from), "{file} has no more {from}: change this test with the plan");
            text = text.replace(from, &to);
        }
        // As an editor does: written aside, then put in place.
        std::fs::write(node.dir().join("plan").join("aside"), text).unwrap();
        std::fs::rename(node.dir().join("plan/aside"), node.dir().join("plan").join(file)).unwrap();
    }
}

fn reload(node: &Node, say: (&str, &str, &str, &str)) -> Value {
    write(node, say);
    let output = node.tongjie(&["reload", "--json"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&text).unwrap()
}

/// The plans that came in force, with the millisecond they did, as the log has them.
fn plans_in_force(node: &Node) -> Vec<(i64, usize)> {
    let log = node.log();
    let line = |line: &str| {
        let (at, rest) = (line.get(..23)?, line.split("plan ").nth(1)?);
        let name = rest.split(" is in force").next().filter(|_| rest.contains("is in force"))?;
        Some((ms(&format!("{}+08:00", at.replace(' ', "T"))), SAY.iter().position(|say| say.0 == name)?))
    };
    log.lines().filter_map(line).collect()
}

fn ms(instant: &str) -> i64 {
    instant.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

/// What of a record does not agree with a plan.
fn disagrees(cdr: &Value, (_, name, trunk, notice): (&str, &str, &str, &str)) -> Option<String> {
    let said = if cdr["dialled"] == "12366" {
        (json!(name), json!(trunk), json!([]), json!("connected"))
    } else {
        (json!(""), Value::Null, json!([notice]), json!("refused"))
    };
    let of = |key: &str| cdr[key].clone();
    let found = (of("hotline_name"), of("trunk_out"), of("prompts"), of("disposition"));
    (found != said).then(|| format!("{found:?}, not {said:?}: {cdr:#}"))
}

#[test]
fn a_reload_every_second_under_fifty_calls_a_second_fails_no_call_and_tears_no_decision() {
    let seconds: u32 = std::env::var("TONGJIE_RELOAD_SECONDS").map_or(20, |text| text.parse().unwrap());
    let node = node().busy().start();
    let originals = node.dir().join("original");
    std::fs::create_dir(&originals).unwrap();
    for file in ["plan.toml", "hotlines.toml"] {
        std::fs::copy(node.dir().join("plan").join(file), originals.join(file)).unwrap();
    }
    reload(&node, SAY[0]);
    let trunks = ["tax", "customs"].map(|trunk| node.trunk("callee_answers", trunk).calls(1_000_000).start());
    let talk = Duration::from_millis(200);
    let calls = [46 * seconds, 4 * seconds];
    let mut callers = [
        node.caller("caller_leaves", 0, "12366").pause(talk).calls(calls[0]).rate(46).start(),
        node.caller("caller_refused", 1, "99887766").with("@STATUS@", "404").calls(calls[1]).rate(4).start(),
    ];
    let mut slowest = [0, 0];
    for second in 0..seconds {
        let done = reload(&node, SAY[usize::try_from(second + 1).unwrap() % 2]);
        assert_eq!(done["outcome"], "in-force");
        for (slowest, key) in slowest.iter_mut().zip(["took_us", "pause_us"]) {
            *slowest = done[key].as_u64().unwrap().max(*slowest);
        }
        let next =
            node.see("the clock", "status", |status| Some(ms(status["clock"].as_str().unwrap()))) + 1000;
        node.see("a second has passed", "status", |status| {
            (ms(status["clock"].as_str().unwrap()) >= next).then_some(())
        });
    }
    callers.iter_mut().for_each(super::sipp::Running::succeeds);
    drop(trunks);
    println!("{seconds} reloads: the slowest took {} µs and held calls up for {} µs", slowest[0], slowest[1]);

    let count = usize::try_from(calls[0] + calls[1]).unwrap();
    let cdrs = node.cdrs(count);
    assert_eq!(cdrs.len(), count);
    let plans = plans_in_force(&node);
    assert!(plans.len() > usize::try_from(seconds).unwrap(), "{plans:?}");
    let mut met = [0, 0];
    for cdr in &cdrs {
        let arrived = ms(cdr["arrived"].as_str().unwrap());
        let ran = |sooner: &dyn Fn(i64) -> bool| plans.iter().rev().find(|(at, _)| sooner(*at)).unwrap().1;
        // Within one millisecond the log does not say which came first.
        let (by_then, before) = (ran(&|at| at <= arrived), ran(&|at| at < arrived));
        let wrong = disagrees(cdr, SAY[by_then]).filter(|_| disagrees(cdr, SAY[before]).is_some());
        assert!(wrong.is_none(), "{}\n{plans:?}", wrong.unwrap());
        met[by_then] += 1;
    }
    assert!(met.iter().all(|calls| calls * 4 > count), "{met:?} of {count} calls met either plan");
    node.is_at_rest();
}

#[test]
fn sighup_runs_the_plan_that_is_in_the_directory_now() {
    let node = node().start();
    let originals = node.dir().join("original");
    std::fs::create_dir(&originals).unwrap();
    for file in ["plan.toml", "hotlines.toml"] {
        std::fs::copy(node.dir().join("plan").join(file), originals.join(file)).unwrap();
    }
    // SIPp gives up at a request it does not expect, and the node asks whether a trunk lives.
    node.answers_a_ping("customs");
    write(&node, SAY[1]);
    node.signal(nix::sys::signal::Signal::SIGHUP);
    node.see("the second plan runs", "status", |status| (status["plan"] == SAY[1].0).then_some(()));
    let mut customs = node.trunk("callee_answers", "customs").start();
    node.caller("caller_leaves", 0, "12366").pause(Duration::from_millis(200)).start().succeeds();
    customs.succeeds();
    assert_eq!(node.cdr()["hotline_name"], SAY[1].1);
}
