use std::collections::VecDeque;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::thread::{self, JoinHandle};

use super::super::feed::{Item, feed};
use super::super::inbox::{Inbox, inbox};
use super::*;
use crate::event::PromptId;
use crate::media;
use crate::node::{Input, Node, Output, Since};
use crate::sim::fixture;
use crate::stdx::{Instant, Rng};

mod kept;
mod lost;

/// A node on a thread, its plan in a directory, and its plans.
struct Bench {
    dir: tempfile::TempDir,
    plans: Plans,
    items: Inbox<Item>,
    node: JoinHandle<Vec<media::Command>>,
    runtime: tokio::runtime::Runtime,
    notes: Vec<String>,
}

/// 2021-10-28T10:00+08:00.
const NOW: i64 = 1_635_386_400_000;

impl Bench {
    /// With a copy of the Wuxi plan.
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let wuxi = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/wuxi");
        for entry in fs::read_dir(&wuxi).unwrap().map(Result::unwrap) {
            if entry.path().is_file() {
                fs::copy(entry.path(), dir.path().join(entry.file_name())).unwrap();
            }
        }
        symlink(wuxi.join("audio"), dir.path().join("audio")).unwrap();
        let first = Candidate::at_start(dir.path()).unwrap_or_else(|report| panic!("{report}"));
        Self::started(dir, Start::fresh(first, NOW), NOW)
    }

    /// The same, its plans kept on disk.
    fn kept_on_disk() -> Self {
        Self::new().restarted(NOW)
    }

    /// A node that starts on `start` at this hour.
    fn started(dir: tempfile::TempDir, start: Start, now_ms: i64) -> Self {
        let clock = Clock::start(Some(now_ms));
        let settings = fixture::settings("10.0.0.1:5060".parse().unwrap());
        let table = Arc::clone(&start.candidate.table);
        let since = Since { edition: start.edition(), ms: start.since_ms() };
        let node = Node::going_on(settings, table, clock.wall(), Rng::from_seed(7), since);
        let (post, to_node) = inbox(8).unwrap();
        let (feed, items) = feed().unwrap();
        let notes = start.notes.clone();
        let plans = Plans::new(dir.path().to_owned(), start, node.edition(), clock, post, feed);
        let node = thread::spawn(move || drive(node, to_node));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let bench = Self { dir, plans, items, node, runtime, notes };
        bench.runtime.block_on(bench.plans.keep());
        bench
    }

    /// The node is gone, and another starts at this hour, in the same place.
    fn restarted(self, now_ms: i64) -> Self {
        let Self { dir, plans, runtime, .. } = self;
        drop((plans, runtime));
        let start = Start::read(dir.path(), dir.path().join("kept"), now_ms);
        Self::started(dir, start.unwrap_or_else(|report| panic!("{report}")), now_ms)
    }

    /// The same directory's plans beside a node that takes nothing.
    fn without_a_node(&self) -> Plans {
        let started = Start::fresh(Candidate::at_start(self.dir.path()).unwrap(), NOW);
        let edition = Arc::new(Edition::new(1, fixture::plan(1, 0)));
        let (clock, nobody, feed) = (Clock::start(Some(NOW)), inbox(0).unwrap().0, feed().unwrap().0);
        Plans::new(self.dir.path().to_owned(), started, &edition, clock, nobody, feed)
    }

    /// What the start had to tell, in one text.
    fn told(&self) -> String {
        self.notes.join("\n")
    }

    fn directory(&self) -> String {
        self.runtime.block_on(self.plans.directory(Duration::ZERO)).unwrap_or_default()
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.dir.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        fs::write(path, text.replace(from, to)).unwrap();
    }

    fn name(&self, name: &str) {
        let path = self.dir.path().join("plan.toml");
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().map(|line| match line.starts_with("name = ") {
            true => format!("name = \"{name}\"\n"),
            false => format!("{line}\n"),
        });
        fs::write(path, lines.collect::<String>()).unwrap();
    }

    fn wish(&self, wish: &Wish) -> Told {
        self.runtime.block_on(self.plans.reload(wish, "test"))
    }

    #[track_caller]
    fn done(&self, wish: &Wish, outcome: Outcome) -> ReloadView {
        match self.wish(wish) {
            Told::Done(view) => {
                assert_eq!(view.outcome, outcome, "{view:#?}");
                *view
            }
            other => panic!("{other:#?}"),
        }
    }

    #[track_caller]
    fn refused(&self, wish: &Wish) -> Vec<String> {
        match self.wish(wish) {
            Told::Refused(view) => {
                assert!(view.faults.iter().all(|fault| fault.level == "warning" || !fault.shown.is_empty()));
                view.faults.iter().map(FaultView::line).collect()
            }
            other => panic!("{other:#?}"),
        }
    }

    #[track_caller]
    fn not(&self, wish: &Wish) -> String {
        match self.wish(wish) {
            Told::Not(why) => why,
            other => panic!("{other:#?}"),
        }
    }

    /// `edition name`, the newest first; the one that runs is marked.
    fn kept(&self) -> String {
        let view = self.runtime.block_on(self.plans.list());
        let plans = view.plans.iter().map(|plan| {
            let mark = if plan.running { "*" } else { "" };
            format!("{mark}{} {}", plan.edition, plan.plan)
        });
        plans.collect::<Vec<_>>().join(", ")
    }

    /// The recordings the media plane was given, reload by reload.
    fn given(self) -> Vec<Arc<media::Prompts>> {
        drop((self.plans, self.runtime));
        let commands = self.node.join().unwrap();
        let prompts = |command| match command {
            media::Command::Prompts(prompts) => Some(prompts),
            _ => None,
        };
        commands.into_iter().filter_map(prompts).collect()
    }
}

/// Answers commands as a driver does; ends with the last sender.
fn drive(mut node: Node, mut inbox: Inbox<ToNode>) -> Vec<media::Command> {
    let (mut got, mut commands) = (VecDeque::new(), Vec::new());
    while !inbox.is_orphaned() {
        inbox.wait(Duration::from_secs(5), &mut got);
        for message in got.drain(..) {
            let ToNode::Command { command, reply } = message else { continue };
            node.handle_input(Instant::ZERO, Input::Command { token: 1, command });
            let mut reply = Some(reply);
            while let Some(output) = node.poll_output() {
                match output {
                    Output::Reply { reply: answer, .. } => drop(reply.take().unwrap().send(answer)),
                    Output::Media(command) => commands.push(command),
                    _ => {}
                }
            }
        }
    }
    commands
}

fn at(instant: &str) -> Wish {
    Wish { at: Some(instant.to_owned()), ..Wish::default() }
}

fn back() -> Wish {
    Wish { which: Which::Before, ..Wish::default() }
}

fn to(edition: u64) -> Wish {
    Wish { which: Which::Edition(edition), ..Wish::default() }
}

const NOW_WISH: Wish = Wish { which: Which::Directory, at: None, dry_run: false };

#[test]
fn a_reload_puts_the_plan_in_the_directory_in_force_and_says_whose_fate_changes() {
    let mut bench = Bench::new();
    bench.name("改");
    bench.edit("hotlines.toml", "[hotline.12319]", "[hotline.12319]\ngreeting = \"另一句\"");
    let view = bench.done(&NOW_WISH, Outcome::InForce);
    assert_eq!((view.plan.as_str(), view.edition), ("改", 2));
    assert!(view.fates.contains("12319") && view.fates.contains("另一句"), "{}", view.fates);
    assert!(view.at.unwrap().starts_with("2021-10-28T10:00:"), "in the plan's zone, by the plan's clock");
    assert_eq!(bench.kept(), "*2 改, 1 无锡12345");
    let mut items = VecDeque::new();
    bench.items.receive_all(&mut items);
    let told =
        |item: &Item| matches!(item, Item::Notice(Notice::Reloaded { by, edition: 2, .. }) if by == "test");
    assert_eq!(items.iter().filter(|item| told(item)).count(), 1, "{items:?}");
}

#[test]
fn a_plan_that_is_the_one_that_runs_to_the_letter_changes_nothing() {
    let mut bench = Bench::new();
    bench.done(&NOW_WISH, Outcome::Unchanged);
    assert_eq!(bench.kept(), "*1 无锡12345");
    // Whoever asked by a signal was told nothing.
    let mut items = VecDeque::new();
    bench.items.receive_all(&mut items);
    let told =
        |item: &Item| matches!(item, Item::Notice(Notice::Unchanged { by, edition: 1 }) if by == "test");
    assert_eq!(items.iter().filter(|item| told(item)).count(), 1, "{items:?}");
}

#[test]
fn a_dry_run_compares_and_changes_nothing() {
    let bench = Bench::new();
    bench.name("改");
    let view = bench.done(&Wish { dry_run: true, ..Wish::default() }, Outcome::Compared);
    assert_eq!((view.edition, view.pause_us), (1, None));
    bench.done(&Wish { dry_run: true, ..at("2021-11-01") }, Outcome::Compared);
    assert_eq!((bench.kept().as_str(), bench.plans.scheduled()), ("*1 无锡12345", None));
}

#[test]
fn an_hour_years_ahead_is_doubted() {
    let bench = Bench::new();
    bench.name("新年");
    let asked = |instant: &str| bench.done(&Wish { dry_run: true, ..at(instant) }, Outcome::Compared).doubt;
    assert_eq!(asked("2022-01-01"), None);
    assert_eq!(asked("2022-10-28"), None);
    let doubt = |instant: &str, years: &str| Some(format!("{instant} is more than {years} from now"));
    assert_eq!(asked("2023-01-01"), doubt("2023-01-01", "a year"));
    assert_eq!(asked("2122-01-01"), doubt("2122-01-01", "100 years"));
    assert_eq!(bench.done(&at("2122-01-01"), Outcome::Scheduled).doubt, doubt("2122-01-01", "100 years"));
}

#[test]
fn a_plan_with_faults_is_refused_whole_with_every_reason_in_its_place() {
    let mut bench = Bench::new();
    bench.edit("hotlines.toml", "[hotline.12319]", "[hotline.12319]\nnonsense = 1");
    bench.edit("trunks.toml", "[trunk.tax]", "[trunk.taxi]");
    let faults = bench.refused(&NOW_WISH);
    let with = |words: [&str; 2]| faults.iter().any(|line| words.iter().all(|word| line.contains(word)));
    assert!(with(["hotlines.toml:", "nonsense"]) && with(["hotlines.toml:", "tax"]), "{faults:#?}");
    assert_eq!(bench.kept(), "*1 无锡12345");
    let mut items = VecDeque::new();
    bench.items.receive_all(&mut items);
    let told =
        |item: &Item| matches!(item, Item::Notice(Notice::PlanRefused { faults, .. }) if faults.len() > 1);
    assert!(items.iter().any(told), "the log has every reason too: {items:?}");
}

#[test]
fn a_test_that_fails_refuses_the_plan() {
    let bench = Bench::new();
    bench.edit("hotlines.toml", "skill = \"city-management\"", "skill = \"culture-tourism\"");
    assert!(bench.refused(&NOW_WISH).iter().any(|line| line.contains("(dp016)")));
}

#[test]
fn a_recording_that_is_missing_or_broken_refuses_the_plan() {
    let bench = Bench::new();
    let audio = bench.dir.path().join("audio");
    fs::remove_file(&audio).unwrap();
    let faults = bench.refused(&NOW_WISH);
    assert!(faults.len() > 3 && faults.iter().all(|line| line.contains("(dp011)")), "{faults:#?}");
    fs::create_dir(&audio).unwrap();
    fs::write(audio.join("number-cancelled.wav"), "ringing").unwrap();
    assert!(bench.refused(&NOW_WISH).iter().any(|line| line.contains("cannot be played")));
    assert_eq!(bench.kept(), "*1 无锡12345");
}

#[test]
fn a_directory_that_is_gone_and_a_file_that_cannot_be_read_refuse_the_plan() {
    let bench = Bench::new();
    let file = bench.dir.path().join("queues.toml");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert!(
        bench
            .refused(&NOW_WISH)
            .iter()
            .any(|line| line.contains("cannot read") && line.contains("queues.toml"))
    );
    fs::remove_dir_all(bench.dir.path()).unwrap();
    let faults = bench.refused(&NOW_WISH);
    assert!(faults.iter().any(|line| line.contains("there is no plan here")), "{faults:#?}");
    assert_eq!(bench.kept(), "*1 无锡12345");
}

#[test]
fn back_goes_back_one_plan_at_a_time_also_when_the_directory_is_gone() {
    let bench = Bench::new();
    assert!(bench.not(&back()).contains("no plan ran before"));
    for name in ["二", "三"] {
        bench.name(name);
        bench.done(&NOW_WISH, Outcome::InForce);
    }
    fs::remove_dir_all(bench.dir.path()).unwrap();
    assert_eq!(bench.done(&Wish { dry_run: true, ..back() }, Outcome::Compared).plan, "二");
    assert_eq!(bench.done(&back(), Outcome::InForce).plan, "二");
    assert_eq!(bench.kept(), "*4 二, 3 三, 2 二, 1 无锡12345");
    assert_eq!(bench.done(&back(), Outcome::InForce).plan, "无锡12345");
    assert_eq!(bench.kept(), "*5 无锡12345, 4 二, 3 三, 2 二, 1 无锡12345");
    assert!(bench.not(&back()).contains("no plan ran before"));
}

#[test]
fn there_is_a_way_forward_again_and_back_never_leads_to_what_was_left() {
    let bench = Bench::new();
    bench.name("二");
    bench.done(&NOW_WISH, Outcome::InForce);
    bench.done(&back(), Outcome::InForce);
    assert_eq!(bench.done(&to(2), Outcome::InForce).plan, "二");
    assert_eq!(bench.kept(), "*4 二, 3 无锡12345, 2 二, 1 无锡12345");
    bench.done(&back(), Outcome::InForce);
    bench.name("三");
    bench.done(&NOW_WISH, Outcome::InForce);
    // 二 was left as 4, and is not what ran before 三.
    assert_eq!(bench.done(&back(), Outcome::InForce).plan, "无锡12345");
    assert_eq!(bench.kept(), "*7 无锡12345, 6 三, 5 无锡12345, 4 二, 3 无锡12345, 2 二, 1 无锡12345");
    assert!(bench.not(&back()).contains("no plan ran before"));
    assert!(bench.not(&to(7)).contains("edition 7 is the plan that runs"));
    assert!(bench.not(&to(99)).contains("edition 99 is not kept"));
}

#[test]
fn the_list_says_when_how_by_whom_and_what_each_plan_would_change() {
    let bench = Bench::new();
    bench.edit("hotlines.toml", "[hotline.12319]", "[hotline.12319]\ngreeting = \"另一句\"");
    bench.done(&NOW_WISH, Outcome::InForce);
    bench.done(&back(), Outcome::InForce);
    let list = bench.runtime.block_on(bench.plans.list()).plans;
    let hows: Vec<_> = list.iter().map(|plan| (plan.how, plan.by.as_str(), plan.before)).collect();
    assert_eq!(
        hows,
        [(How::Back, "test", None), (How::Reload, "test", Some(1)), (How::Start, "", None)],
        "the newest first"
    );
    let differs: Vec<_> = list.iter().map(|plan| plan.difference.as_deref()).collect();
    assert_eq!(differs, [None, Some("无锡12345: 1 change for callers"), None]);
    assert!(list.iter().all(|plan| plan.hotlines == 46 && plan.since.starts_with("2021-10-28T10:00:")));
}

#[test]
fn who_goes_back_drops_the_plan_that_waits_and_is_told_what_the_directory_still_holds() {
    let mut bench = Bench::new();
    bench.name("二");
    bench.done(&NOW_WISH, Outcome::InForce);
    assert_eq!(bench.directory(), "");
    bench.name("新年");
    bench.done(&at("2022-01-01"), Outcome::Scheduled);
    assert!(bench.directory().contains(
        "the plan that waits for 2022-01-01T00:00:00+08:00: `tongjie reload` and SIGHUP leave it waiting"
    ));
    bench.name("二");
    let view = bench.done(&Wish { dry_run: true, ..back() }, Outcome::Compared);
    assert_eq!((view.scheduled.unwrap().plan.as_str(), view.dropped), ("新年", None));
    assert!(bench.plans.scheduled().is_some(), "a dry run drops nothing");
    let view = bench.done(&back(), Outcome::InForce);
    assert_eq!((view.dropped.unwrap().plan.as_str(), view.scheduled), ("新年", None));
    assert!(view.directory.unwrap().contains("holds plan 二, edition 2: `tongjie reload` and SIGHUP"));
    assert_eq!(bench.plans.scheduled(), None);
    let mut items = VecDeque::new();
    bench.items.receive_all(&mut items);
    let dropped = |item: &Item| matches!(item, Item::Notice(Notice::ScheduleDropped { by, .. }) if by == "test, --back");
    assert!(items.iter().any(dropped), "{items:?}");
    bench.name("三");
    assert!(
        bench.directory().contains("another plan than the one that runs: `tongjie reload` and SIGHUP put it")
    );
    bench.edit("hotlines.toml", "[hotline.12319]", "[hotline.12319]\nnonsense = 1");
    let faulty = bench.directory();
    assert!(
        faulty.contains("holds no plan that could run, 1 error(s)") && faulty.contains("refuse it"),
        "{faulty}"
    );
}

#[test]
fn recordings_alone_at_fault_refuse_a_reload_and_no_restart() {
    let bench = Bench::new();
    let audio = bench.dir.path().join("audio");
    fs::remove_file(&audio).unwrap();
    bench.name("二");
    let told = bench.directory();
    assert!(
        told.contains("another plan than the one that runs, but not all its recordings")
            && told.contains("`tongjie reload` and SIGHUP refuse it")
            && told.ends_with("a restart puts it in force, a short tone in their place"),
        "{told}"
    );
    bench.edit("hotlines.toml", "[hotline.12319]", "[hotline.12319]\nnonsense = 1");
    let told = bench.directory();
    assert!(told.ends_with("no node starts with it"), "nothing is kept on disk: {told}");
}

#[test]
fn who_asks_again_at_once_is_told_what_was_seen_just_now_unless_another_plan_runs() {
    let bench = Bench::new();
    let lately = |bench: &Bench| bench.runtime.block_on(bench.plans.directory(Duration::from_secs(3600)));
    assert_eq!(lately(&bench), None);
    bench.name("二");
    assert_eq!(lately(&bench), None);
    assert!(bench.directory().contains("another plan"), "a look is a look");
    assert!(lately(&bench).is_some());
    bench.done(&NOW_WISH, Outcome::InForce);
    assert_eq!(lately(&bench), None);
}

#[test]
fn a_directory_that_does_not_answer_is_said_not_to_and_is_looked_at_once() {
    let bench = Bench::new();
    bench.runtime.block_on(async {
        let standing = bench.plans.0.seen.lock().await;
        let told = bench.plans.directory_within(Duration::from_millis(1), Duration::ZERO).await.unwrap();
        assert!(told.contains("is not known: it did not answer in 2 s"), "{told}");
        drop(standing);
        // Nor is the shelf waited for, which a plan that comes in force may hold for seconds.
        let shelf = bench.plans.0.shelf.lock().await;
        let told = bench.plans.directory_within(Duration::from_millis(1), Duration::ZERO).await.unwrap();
        assert!(told.ends_with("holds is not known: a plan is just coming in force; ask again"), "{told}");
        drop(shelf);
    });
    assert_eq!(bench.directory(), "");
}

#[test]
fn why_nothing_was_done_is_in_the_log() {
    let mut bench = Bench::new();
    let told = bench.not(&back());
    let mut items = VecDeque::new();
    bench.items.receive_all(&mut items);
    let notice = Notice::NotReloaded { by: "test".to_owned(), why: told };
    assert!(items.contains(&Item::Notice(notice)), "{items:?}");
}

#[test]
fn the_plan_that_waits_does_not_come_before_its_hour_because_someone_reloads() {
    let bench = Bench::new();
    bench.name("新年");
    bench.done(&at("2022-01-01"), Outcome::Scheduled);
    let why = bench.not(&NOW_WISH);
    assert!(
        why.contains("waits for 2022-01-01T00:00:00+08:00") && why.contains("`reload --cancel`"),
        "{why}"
    );
    assert_eq!(bench.kept(), "*1 无锡12345");
    assert!(bench.plans.scheduled().is_some());
    assert_eq!(bench.not(&Wish { dry_run: true, ..NOW_WISH }), why, "nor does a dry run promise it");
    let later = Wish { dry_run: true, ..at("2022-02-01") };
    assert!(bench.not(&later).contains("waits for 2022-01-01"));
    // Whoever drops it first has it now.
    bench.runtime.block_on(bench.plans.cancel("test")).unwrap();
    bench.done(&NOW_WISH, Outcome::InForce);
}

#[test]
fn a_reload_says_which_plan_still_waits() {
    let bench = Bench::new();
    bench.name("新年");
    bench.done(&at("2022-01-01"), Outcome::Scheduled);
    bench.name("二");
    assert_eq!(bench.done(&NOW_WISH, Outcome::InForce).scheduled.unwrap().plan, "新年");
    assert!(bench.plans.scheduled().is_some());
}

#[test]
fn ten_plans_are_kept_beside_the_one_that_runs() {
    let bench = Bench::new();
    for number in 2..=13 {
        bench.name(&format!("第{number}"));
        bench.done(&NOW_WISH, Outcome::InForce);
    }
    let kept = bench.kept();
    assert_eq!(kept.split(", ").count(), 11, "{kept}");
    assert!(kept.starts_with("*13 第13, 12 第12") && kept.ends_with("3 第3"), "{kept}");
}

#[test]
fn a_scheduled_plan_is_checked_at_once_is_seen_in_status_and_can_be_dropped() {
    let bench = Bench::new();
    bench.name("新年");
    assert!(bench.not(&at("2021-10-28T09:59:59")).contains("is past"));
    assert!(bench.not(&at("soon")).contains("soon is no instant"));
    let view = bench.done(&at("2022-01-01"), Outcome::Scheduled);
    assert_eq!((view.at.as_deref(), view.edition), (Some("2022-01-01T00:00:00+08:00"), 1));
    assert_eq!(bench.plans.scheduled().unwrap(), "新年 at 2022-01-01T00:00:00+08:00");
    assert!(bench.not(&at("2022-02-01")).contains("--cancel"));
    let dropped = bench.runtime.block_on(bench.plans.cancel("test")).unwrap();
    assert_eq!((dropped.plan.as_str(), bench.plans.scheduled()), ("新年", None));
    assert_eq!(bench.runtime.block_on(bench.plans.cancel("test")), None);
    bench.edit("hotlines.toml", "[hotline.12319]", "[hotline.12319]\nnonsense = 1");
    assert!(bench.refused(&at("2022-01-01")).iter().any(|line| line.contains("nonsense")));
    assert_eq!(bench.kept(), "*1 无锡12345");
}

#[test]
fn what_was_checked_is_in_force_at_its_hour_whatever_became_of_the_directory() {
    let mut bench = Bench::new();
    bench.name("新年");
    // Only its sound is new to callers.
    let (audio, wuxi) =
        (bench.dir.path().join("audio"), fs::read_link(bench.dir.path().join("audio")).unwrap());
    fs::remove_file(&audio).unwrap();
    fs::create_dir(&audio).unwrap();
    for entry in fs::read_dir(&wuxi).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), audio.join(entry.file_name())).unwrap();
    }
    fs::copy(wuxi.join("merged-into-12315.wav"), audio.join("merged-into-12345.wav")).unwrap();
    bench.done(&at("2022-01-01"), Outcome::Scheduled);
    // Its hour is as near as the clock of this test can be, however slow the machine.
    let soon = now_ms(bench.plans.0.clock) + 60;
    bench.runtime.block_on(async {
        bench.plans.0.shelf.lock().await.scheduled.as_mut().unwrap().at_ms = soon;
    });
    fs::remove_dir_all(bench.dir.path()).unwrap();
    let mut items = VecDeque::new();
    let told = |item: &Item| matches!(item, Item::Notice(Notice::Reloaded { .. }));
    bench.runtime.block_on(async {
        let is_in_force = async {
            while !items.iter().any(told) {
                tokio::task::yield_now().await;
                bench.items.receive_all(&mut items);
            }
        };
        tokio::select! {
            () = bench.plans.keep_hours() => {}
            done = timeout(Duration::from_secs(20), is_in_force) => done.unwrap(),
        }
    });
    assert!(now_ms(bench.plans.0.clock) >= soon, "never before its hour");
    assert_eq!(bench.kept(), "*2 新年, 1 无锡12345");
    let heard = |item: &Item| matches!(item, Item::Notice(Notice::Reloaded { changes: 1.., .. }));
    assert!(items.iter().any(heard), "{items:?}");
}

#[test]
fn two_reloads_at_once_are_done_one_after_the_other() {
    let bench = Bench::new();
    bench.name("改");
    let both = async { tokio::join!(bench.plans.reload(&NOW_WISH, "a"), bench.plans.reload(&NOW_WISH, "b")) };
    let (first, second) = bench.runtime.block_on(both);
    let outcome = |told: &Told| match told {
        Told::Done(view) => (view.outcome, view.edition),
        other => panic!("{other:?}"),
    };
    assert_eq!((outcome(&first), outcome(&second)), ((Outcome::InForce, 2), (Outcome::Unchanged, 2)));
}

#[test]
fn a_node_that_has_gone_is_said_to_have_gone() {
    let bench = Bench::new();
    bench.name("改");
    let gone = bench.without_a_node();
    bench.name("再改");
    let told = bench.runtime.block_on(gone.reload(&NOW_WISH, "test"));
    assert!(matches!(told, Told::Not(why) if why.contains("does not keep up")));
}

#[test]
fn a_plan_whose_hour_came_while_the_node_stood_still_goes_on_waiting() {
    let bench = Bench::new();
    let standing = bench.without_a_node();
    bench.name("新年");
    bench.runtime.block_on(async {
        assert!(matches!(standing.reload(&at("2022-01-01"), "test").await, Told::Done(_)));
        let mut shelf = standing.0.shelf.lock().await;
        let due = shelf.scheduled.take().unwrap();
        let waits_again = async {
            while standing.0.shelf.lock().await.scheduled.is_none() {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            () = standing.its_hour_has_come(due, shelf) => {}
            done = timeout(Duration::from_secs(20), waits_again) => done.unwrap(),
        }
        let shelf = standing.0.shelf.lock().await;
        assert!(shelf.scheduled.is_some() && shelf.edition() == 1 && standing.scheduled().is_some());
    });
}

#[test]
fn recordings_are_with_the_media_plane_first_and_stay_while_a_call_may_need_them() {
    let bench = Bench::new();
    // The second plan calls one announcement otherwise; the third is the second under another name.
    let old = "not-ours";
    for file in ["announcements.toml", "plan.toml", "tests.toml"] {
        let path = bench.dir.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("not-ours\"", "other\"").replace(".not-ours]", ".other]")).unwrap();
    }
    bench.done(&NOW_WISH, Outcome::InForce);
    bench.name("三");
    bench.done(&NOW_WISH, Outcome::InForce);
    let given = bench.given();
    let has = |n: usize, prompt: &str| given[n].contains(&PromptId::new(prompt));
    assert!(has(0, old) && has(0, "other"), "both plans' recordings when the second comes in force");
    assert!(!has(1, old) && has(1, "other"), "no call holds the first any more");
}

impl Bench {
    /// What was told of cut-overs since the last look, `at: begins …`.
    fn cut_overs(&mut self) -> Vec<String> {
        let mut items = VecDeque::new();
        self.items.receive_all(&mut items);
        let told = items.into_iter().filter_map(|item| match item {
            Item::Notice(Notice::CutOver { at, begins }) => Some(format!("{at}: {}", begins.join("; "))),
            _ => None,
        });
        told.collect()
    }

    fn next(&self) -> Option<String> {
        self.runtime.block_on(self.plans.next_cut_over())
    }

    fn look(&self) {
        self.runtime.block_on(self.plans.look_at_cut_overs());
    }
}

/// 2021-12-01T00:00+08:00, the end of the trial in Wuxi.
const FORMAL: i64 = 1_638_288_000_000;

#[test]
fn the_next_cut_over_is_that_of_the_plan_that_runs() {
    let mut bench = Bench::new();
    assert_eq!(bench.next(), None, "not looked at yet");
    bench.look();
    let next = bench.next().unwrap();
    assert!(next.starts_with("2021-12-01T00:00:00+08:00: formal "), "{next}");
    bench.edit("hotlines.toml", "2021-12-01", "2021-12-02");
    fs::remove_file(bench.dir.path().join("tests.toml")).unwrap();
    bench.done(&NOW_WISH, Outcome::InForce);
    bench.look();
    let next = bench.next().unwrap();
    assert!(next.starts_with("2021-12-02T00:00:00+08:00: formal "), "{next}");
    assert_eq!(bench.cut_overs(), [""; 0], "none has come");
}

#[test]
fn a_cut_over_is_told_once_when_it_has_come_and_again_when_the_clock_was_set_back() {
    let wuxi = Candidate::at_start(&Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/wuxi")).unwrap();
    let mut cut_overs = CutOvers::new(1, &wuxi.table, NOW);
    assert_eq!(cut_overs.tell(FORMAL - 1), []);
    for told in [cut_overs.tell(FORMAL), {
        cut_overs.tell(FORMAL - 5);
        cut_overs.tell(FORMAL + 5)
    }] {
        let [Notice::CutOver { at, begins }] = &told[..] else { panic!("{told:?}") };
        assert_eq!(at, "2021-12-01T00:00:00+08:00");
        assert!(
            begins.iter().any(|begins| begins.starts_with("formal ") && begins.contains(" 12318 ")),
            "{begins:?}"
        );
        assert!(begins.iter().all(|begins| begins.split(' ').count() < 60), "{begins:?}");
    }
    assert_eq!(cut_overs.tell(FORMAL + 60_000), []);
}

/// `reload --at` the very instant of a cut-over told that of the plan that was left, and not that of the plan that came.
#[test]
fn a_plan_that_comes_in_force_at_a_cut_over_tells_its_own_and_not_that_of_the_plan_before() {
    for (from, to, told) in [("2021-12-01", "2021-12-02", 0), ("2021-12-02", "2021-12-01", 1)] {
        let dir = tempfile::tempdir().unwrap();
        let bench = Bench::new();
        for entry in fs::read_dir(bench.dir.path()).unwrap().map(Result::unwrap) {
            if entry.path().is_file() && entry.file_name() != "tests.toml" {
                fs::copy(entry.path(), dir.path().join(entry.file_name())).unwrap();
            }
        }
        symlink(fs::read_link(bench.dir.path().join("audio")).unwrap(), dir.path().join("audio")).unwrap();
        drop(bench);
        let hotlines = dir.path().join("hotlines.toml");
        let text = fs::read_to_string(&hotlines).unwrap();
        fs::write(&hotlines, text.replace("2021-12-01", from)).unwrap();
        // A little before midnight; the plan that waits comes in force as soon as it is looked for.
        let before = FORMAL - 300;
        let start = Start::fresh(Candidate::at_start(dir.path()).unwrap(), before);
        let mut bench = Bench::started(dir, start, before);
        bench.look();
        fs::write(&hotlines, text.replace("2021-12-01", to)).unwrap();
        bench.done(&at("2021-12-01"), Outcome::Scheduled);
        let plans = bench.plans.clone();
        bench.runtime.block_on(async {
            let hours = tokio::spawn(async move { plans.keep_hours().await });
            while bench.plans.list().await.plans.len() < 2 {
                bench.plans.look_at_cut_overs().await;
                tokio::task::yield_now().await;
            }
            hours.abort();
        });
        bench.look();
        let lines = bench.cut_overs();
        assert_eq!(lines.len(), told, "{lines:?}");
        assert!(lines.iter().all(|line| line.starts_with("2021-12-01T00:00:00+08:00: formal ")), "{lines:?}");
    }
}
