//! Numbers → rows and bars, in groups.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::dialplan::action::{Action, Back, HotlineInfo};
use crate::dialplan::fate::{Fate, Kind, Segment};
use crate::dialplan::opening;
use crate::dialplan::peers::Target;
use crate::dialplan::staff::{OnFull, Queue};
use crate::dialplan::table::Table;
use crate::dialplan::timeline::{Bar, By, Group, Language, Look, Row};
use crate::event::{Hotline, Mode, Number, Phase};

pub(super) fn groups(table: &Table, by: By, language: Language, notes: &mut Vec<String>) -> Vec<Group> {
    let mut groups: BTreeMap<(u8, i64, String), Vec<Row>> = BTreeMap::new();
    // The first of a number counts.
    let targets = table.targets().iter().rev().map(|target| (&target.number, target)).collect();
    for fate in table.fates() {
        let (rank, at, title) = group_of(table, fate, by, language);
        groups.entry((rank, at, title)).or_default().push(row(table, &targets, fate, (language, notes)));
    }
    groups.into_iter().map(|((_, _, title), rows)| Group { title, rows }).collect()
}

/// Its group's place and title.
fn group_of(table: &Table, fate: &Fate, by: By, language: Language) -> (u8, i64, String) {
    let say = |rank, chinese, english| (rank, 0, language.pick(chinese, english).to_owned());
    let info = fate.segments().find_map(|segment| segment.hotline);
    let mode = info.map(|info| info.mode);
    match (mode, fate.kind) {
        (_, Kind::Emergency) | (Some(Mode::Emergency), _) => return say(8, "紧急专线", "Emergency lines"),
        (None, _) => return say(9, "不接转,仅告知或转接", "Told or reached by transfer only"),
        (Some(Mode::Direct | Mode::FullMerge | Mode::DualNumber | Mode::SubCenter), _) => {}
    }
    if by == By::Wave {
        let trial = fate.segments().find(|segment| segment.phase > Some(Phase::Legacy));
        let at = trial.map_or(i64::MIN, |segment| segment.from_ms);
        let date = table.calendar().civil(at).map(|at| at.date().to_string());
        let title = date.map_or_else(
            || language.pick("一直如此", "Always").to_owned(),
            |date| format!("{} {date}", language.pick("批次", "Wave of")),
        );
        return (1, at, title);
    }
    if !fate.via().is_empty() {
        return say(7, "别名:已并入其他热线", "Aliases of other hotlines");
    }
    let own = fate.segments().any(|segment| look(table, segment) == Look::Own);
    match mode {
        Some(Mode::Direct) => say(1, "总号", "The one number"),
        Some(Mode::FullMerge) => say(2, "整体并入", "Full merge"),
        Some(Mode::DualNumber) if own => say(4, "双号并行(专席)", "Dual number, seats of its own"),
        Some(Mode::DualNumber) => say(3, "双号并行", "Dual number"),
        Some(Mode::SubCenter | Mode::Emergency) | None => say(5, "设分中心", "Sub-center"),
    }
}

fn row(
    table: &Table,
    targets: &BTreeMap<&Number, &Target>,
    fate: &Fate,
    (language, notes): (Language, &mut Vec<String>),
) -> Row {
    let mut infos: Vec<&Arc<HotlineInfo>> = vec![];
    for info in fate.segments().filter_map(|segment| segment.hotline) {
        if infos.last().is_none_or(|last| last.id != info.id) {
            infos.push(info);
        }
    }
    let join = |of: &dyn Fn(&HotlineInfo) -> &str| {
        let mut texts: Vec<&str> =
            infos.iter().map(|info| of(info)).filter(|text| !text.is_empty()).collect();
        texts.dedup();
        texts.join(" / ")
    };
    let (name, owner) = match (infos.is_empty(), targets.get(&fate.number)) {
        (true, Some(target)) => (target.name.clone(), String::new()),
        (_, _) => (join(&|info| &info.name), join(&|info| &info.owner)),
    };
    let name = match (fate.via().get(1).or(infos.first().map(|info| &info.number)), &fate.name()) {
        (Some(to), Some(own)) => format!("{own} → {to}"),
        (Some(to), None) if !fate.via().is_empty() => format!("→ {to} {name}"),
        (_, _) => name,
    };
    let fallback = fallbacks(table, fate, language);
    let bars = bars(table, fate, language, notes);
    Row { number: fate.number.to_string(), name, owner, fallback, drawn: bars.clone(), bars }
}

fn bars(table: &Table, fate: &Fate, language: Language, notes: &mut Vec<String>) -> Vec<Bar> {
    let mut bars: Vec<Bar> = vec![];
    for segment in fate.segments() {
        let until_ms = segment.until_ms;
        let look = match look(table, segment) {
            Look::NotOurs if fate.kind == Kind::Told || segment.phase > Some(Phase::Legacy) => Look::Told,
            look => look,
        };
        let bar = Bar {
            from_ms: segment.from_ms,
            until_ms,
            look,
            phase: segment.phase,
            place: place(segment.action, look, language),
            skill: skill(segment.action),
            announce: announce(segment.action),
            note: note(segment, language, notes),
        };
        match bars.last_mut().filter(|last| Bar { from_ms: bar.from_ms, until_ms, ..(*last).clone() } == bar)
        {
            Some(last) => last.until_ms = until_ms,
            None => bars.push(bar),
        }
    }
    let served = |bar: &Bar| bar.look.serves();
    let (first, last) = (bars.iter().position(served), bars.iter().rposition(served));
    for (i, bar) in bars.iter_mut().enumerate() {
        if bar.look == Look::NotOurs
            && first.is_some_and(|first| first < i)
            && last.is_some_and(|last| i < last)
        {
            bar.look = Look::Gap;
        }
    }
    bars
}

fn look(table: &Table, segment: Segment<'_>) -> Look {
    look_of(table, segment.action, segment.phase)
}

fn look_of(table: &Table, action: &Action, phase: Option<Phase>) -> Look {
    match action {
        Action::Queue { queue, .. } if queue == table.general_queue() => Look::General,
        Action::Queue { .. } => Look::Own,
        Action::Trunk { .. } if phase == Some(Phase::Legacy) => Look::Legacy,
        Action::Trunk { .. } => Look::Trunk,
        Action::Emergency { .. } => Look::Emergency,
        Action::Intercept { .. } => Look::Intercept,
        Action::Reject { .. } if phase == Some(Phase::Cancelled) => Look::Cancelled,
        Action::Reject { .. } => Look::NotOurs,
    }
}

/// A period's bar while it is closed.
pub(super) fn closed(table: &Table, bar: &Bar, action: &Action, language: Language) -> Bar {
    let look = match look_of(table, action, bar.phase) {
        look if look.serves() => look,
        _ => Look::Closed,
    };
    let notice = match action {
        Action::Reject { notice: Some(notice), .. } => Some(notice.to_string()),
        action => announce(action),
    };
    let (place, skill, announce) = (place(action, look, language), skill(action), notice);
    Bar { look, place, skill, announce, ..bar.clone() }
}

/// The queue, the trunks, or how a call ends.
fn place(action: &Action, look: Look, language: Language) -> String {
    match action {
        Action::Queue { queue, .. } => queue.to_string(),
        Action::Trunk { trunks, .. } | Action::Emergency { trunks, .. } => {
            let names: Vec<&str> = trunks.iter().map(|trunk| trunk.as_str()).collect();
            names.join(" → ")
        }
        Action::Intercept { status, .. } => format!("{} {status}", language.pick("停用", "cancelled")),
        Action::Reject { status, .. } if matches!(look, Look::Cancelled | Look::Closed) => {
            format!("{} {status}", language.pick("拒接", "refused"))
        }
        Action::Reject { .. } => String::new(),
    }
}

/// What is asked of the agent, unless the queue's name says it.
fn skill(action: &Action) -> Option<String> {
    match action {
        Action::Queue { queue, skill, .. } => {
            skill.as_ref().filter(|skill| skill.as_str() != queue.as_str()).map(ToString::to_string)
        }
        Action::Trunk { .. }
        | Action::Emergency { .. }
        | Action::Intercept { .. }
        | Action::Reject { .. } => None,
    }
}

fn announce(action: &Action) -> Option<String> {
    match action {
        Action::Queue { announce, .. } => announce.as_ref().map(|announce| announce.prompt.to_string()),
        Action::Intercept { prompt, .. } => Some(prompt.to_string()),
        Action::Trunk { .. } | Action::Emergency { .. } | Action::Reject { .. } => None,
    }
}

/// The index of the note that tells a segment's hours.
fn note(segment: Segment<'_>, language: Language, notes: &mut Vec<String>) -> Option<usize> {
    let closed = segment.closed?;
    let otherwise = match &*closed.action {
        Action::Queue { queue, .. } => format!("{} {queue}", language.pick("队列", "queue")),
        Action::Trunk { trunks, .. } | Action::Emergency { trunks, .. } => trunks
            .first()
            .map_or_else(String::new, |trunk| format!("{} {trunk}", language.pick("中继", "trunk"))),
        Action::Intercept { prompt, .. } | Action::Reject { notice: Some(prompt), .. } => {
            format!("{} {prompt}", language.pick("播报", "announce"))
        }
        Action::Reject { status, notice: None } => {
            format!("{} {status}", language.pick("拒接", "refuse with"))
        }
    };
    let hours = match language {
        Language::Chinese => opening::in_chinese(&closed.hours),
        Language::English => opening::written(&closed.hours),
    };
    let text =
        format!("{}: {hours}; {}: {otherwise}", closed.hours.name(), language.pick("其余时间", "otherwise"));
    let known = notes.iter().position(|note| *note == text);
    Some(known.unwrap_or_else(|| {
        notes.push(text);
        notes.len() - 1
    }))
}

fn owner<'f>(segment: &Segment<'f>) -> Option<&'f Hotline> {
    segment.hotline.map(|info| &info.id)
}

/// Where calls go when the first place does not take them; as it is in the end, of each owner.
fn fallbacks(table: &Table, fate: &Fate, language: Language) -> String {
    let served: Vec<Segment<'_>> = fate.segments().filter(|segment| look(table, *segment).serves()).collect();
    let last = served.chunk_by(|one, next| owner(one) == owner(next)).filter_map(<[Segment<'_>]>::last);
    let mut all: Vec<String> = last.map(|segment| fallback(table, segment.action, language)).collect();
    all.retain(|fallback| !fallback.is_empty());
    all.dedup();
    all.join(" / ")
}

/// Where a call goes when the first place is full, down or slow.
fn fallback(table: &Table, action: &Action, language: Language) -> String {
    match action {
        Action::Queue { queue, .. } => {
            table.queue(queue).map_or_else(String::new, |queue| spill(queue, language))
        }
        Action::Trunk { back: Some(back), .. } => format!("{} → {}", cases(back, language), back.queue),
        Action::Emergency { trunks, .. } => {
            let rest: Vec<&str> = trunks.iter().skip(1).map(|trunk| trunk.as_str()).collect();
            rest.join(", ")
        }
        Action::Trunk { back: None, .. } | Action::Intercept { .. } | Action::Reject { .. } => String::new(),
    }
}

/// Each place with all that sends a caller there: `30s/full → general`.
fn spill(queue: &Queue, language: Language) -> String {
    let steps = queue.overflow.iter().map(|step| (format!("{}s", step.after.as_secs()), step.to.to_string()));
    let full = match &queue.full {
        OnFull::Queue(to) => to.to_string(),
        OnFull::Reject { status, .. } => status.to_string(),
    };
    let mut places: Vec<(String, String)> = vec![];
    for (case, to) in steps.chain([(language.pick("满", "full").to_owned(), full)]) {
        match places.iter_mut().find(|(_, known)| *known == to) {
            Some((cases, _)) => *cases = format!("{cases}/{case}"),
            None => places.push((case, to)),
        }
    }
    let places: Vec<String> = places.into_iter().map(|(cases, to)| format!("{cases} → {to}")).collect();
    places.join(", ")
}

fn cases(back: &Back, language: Language) -> String {
    let cases = [
        (back.on_down, language.pick("断", "down")),
        (back.on_full, language.pick("满", "full")),
        (back.on_no_answer, language.pick("无应答", "no answer")),
    ];
    let cases: Vec<&str> = cases.iter().filter(|(on, _)| *on).map(|(_, name)| *name).collect();
    cases.join("/")
}
