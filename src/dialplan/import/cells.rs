//! What a cell may say, and in which words. A cell that says anything else is not understood, and whoever asked says so:
//! nothing here guesses.
//!
//! A mode may be said in parts, in any order and with any separator: `双号并行,设专席`, `full merge / number kept`.

/// What becomes of a row, before its dates are looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Mode {
    pub(super) kind: Kind,
    /// Seats of its own; `None`: not said.
    pub(super) dedicated: Option<bool>,
    /// Whether the number is kept; `None`: not said.
    pub(super) kept: Option<bool>,
    /// Nothing but the number's fate was said.
    pub(super) only_number: bool,
}

/// What a row is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Direct,
    Full,
    Dual,
    SubCenter,
    /// Another name of this number.
    AliasOf(String),
    /// Merged into this number: a hotline, if it is the one number; else an alias.
    Into(String),
    Emergency,
    Utility,
    Peer,
    OutOfScope,
}

/// What a row says of how its calls come here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Comes {
    Routed,
    NotRouted,
}

/// What a number that has ended answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ended {
    Intercept,
    Keep,
    Reject,
}

/// A part of what a mode cell says.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    Kind(Kind),
    Dedicated(bool),
    Kept(bool),
}

impl Mode {
    /// Nothing more is said than what it is.
    pub(super) fn of(kind: Kind) -> Self {
        Self { kind, dedicated: None, kept: None, only_number: false }
    }
}

/// Reads a cell of the column `mode`.
pub(super) fn mode(cell: &str) -> Option<Mode> {
    let whole = plain(cell);
    // A name of several words is one part; only then is it taken apart.
    let parts = match part(&whole) {
        Some(part) => vec![part],
        None => whole
            .replace("-with-", ",")
            .split(SEPARATORS)
            .map(|text| text.trim_matches('-'))
            .filter(|text| !text.is_empty())
            .map(part)
            .collect::<Option<Vec<Part>>>()?,
    };
    let kind =
        agreed(parts.iter().filter_map(|part| if let Part::Kind(kind) = part { Some(kind) } else { None }))?;
    let dedicated = agreed(
        parts.iter().filter_map(|part| if let Part::Dedicated(said) = part { Some(said) } else { None }),
    )?;
    let kept =
        agreed(parts.iter().filter_map(|part| if let Part::Kept(said) = part { Some(said) } else { None }))?;
    let own = match (kind, dedicated, kept) {
        (Some(kind), _, _) => kind.clone(),
        // Seats of its own are what a kept number has, and a number that ends is merged whole.
        (None, Some(_), _) | (None, None, Some(true)) => Kind::Dual,
        (None, None, Some(false)) => Kind::Full,
        (None, None, None) => return None,
    };
    Some(Mode {
        only_number: kind.is_none() && dedicated.is_none(),
        kind: own,
        dedicated: dedicated.copied(),
        kept: kept.copied(),
    })
}

/// The plan's word for a mode as lists say it: `整体并入` is `full-merge`.
pub(in crate::dialplan) fn word_of_mode(cell: &str) -> Option<&'static str> {
    let Mode { kind, .. } = mode(cell)?;
    MODES.iter().find(|(known, _)| *known == kind)?.1.first().copied()
}

/// What all of them say; `None` if two say different things, `Some(None)` if nobody says anything.
fn agreed<'a, T: PartialEq>(mut said: impl Iterator<Item = &'a T>) -> Option<Option<&'a T>> {
    let first = said.next();
    said.all(|other| Some(other) == first).then_some(first)
}

fn part(text: &str) -> Option<Part> {
    let kind =
        MODES.iter().find(|(_, words)| words.contains(&text)).map(|(kind, _)| Part::Kind(kind.clone()));
    let kept = || number(text).map(Part::Kept);
    let seats = || found(DEDICATED, text).map(Part::Dedicated);
    kind.or_else(kept).or_else(seats).or_else(|| other_number(text).map(Part::Kind))
}

/// `alias of 12315`, `12315别名`, `并入12315热线`
fn other_number(text: &str) -> Option<Kind> {
    let to = |prefixes: &[&str]| {
        let rest = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix));
        let rest = rest.or_else(|| text.strip_suffix(ALIAS))?.trim_matches('-');
        let rest = rest.strip_suffix('的').unwrap_or(rest);
        let rest = rest.strip_suffix("热线").unwrap_or(rest);
        let is_number = rest.len() >= 3 && rest.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        is_number.then(|| rest.to_owned())
    };
    to(ALIAS_OF).map(Kind::AliasOf).or_else(|| to(INTO).map(Kind::Into))
}

/// Whether a number is kept.
pub(super) fn number(cell: &str) -> Option<bool> {
    found(NUMBER, &plain(cell))
}

/// The same under a heading that asks for it, or for the day it ends: there a yes or a no is an answer.
pub(super) fn number_asked(cell: &str, yes_is_kept: bool) -> Option<bool> {
    number(cell).or_else(|| yes(cell).map(|yes| yes == yes_is_kept))
}

/// A yes or a no.
pub(super) fn yes(cell: &str) -> Option<bool> {
    found(YES, &plain(cell))
}

/// The same under a heading that asks for seats of its own: they may be named again.
pub(super) fn dedicated_asked(cell: &str) -> Option<bool> {
    yes(cell).or_else(|| found(DEDICATED, &plain(cell)))
}

/// Whether a row is the sum below a list: `合 计`, `合计(个)`, `总计:63`.
pub(super) fn is_total(cell: &str) -> bool {
    let word: String = cell.chars().filter(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
    TOTAL.contains(&word.trim_end_matches(['个', '条', '家']))
}

/// How calls come here.
pub(super) fn comes(cell: &str) -> Option<Comes> {
    found(COMES, &plain(cell))
}

/// What a number that has ended answers.
pub(super) fn ended(cell: &str) -> Option<Ended> {
    found(ENDED, &plain(cell))
}

/// Whether somebody has written that there is nothing to write.
pub(super) fn blank(cell: &str) -> bool {
    BLANK.contains(&plain(cell).as_str())
}

fn found<T: Copy>(table: &[(T, &[&str])], text: &str) -> Option<T> {
    table.iter().find(|(_, words)| words.contains(&text)).map(|(meaning, _)| *meaning)
}

/// Upper case, blanks and underscores make no other word.
fn plain(cell: &str) -> String {
    cell.trim().to_lowercase().replace([' ', '_'], "-")
}

/// The words of the column `mode`, by what they say: for people.
pub(super) fn mode_words() -> Vec<(&'static str, Vec<&'static str>)> {
    let kinds = MODES
        .iter()
        .filter_map(|(_, words)| words.split_first())
        .map(|(first, rest)| (*first, rest.to_vec()));
    let named = |name: &'static str, words: &[&'static str]| (name, words.to_vec());
    let seats = DEDICATED
        .iter()
        .map(|(yes, words)| named(if *yes { "seats of its own" } else { "no seats of its own" }, words));
    let number =
        NUMBER.iter().map(|(kept, words)| named(if *kept { "number kept" } else { "number ends" }, words));
    kinds
        .chain([named("alias of NUMBER", ALIAS_OF), named("into NUMBER", INTO)])
        .chain(seats)
        .chain(number)
        .collect()
}

const SEPARATORS: &[char] = &[
    ',', '\u{ff0c}', '、', ';', '\u{ff1b}', '+', '/', '|', '&', '(', ')', '\u{ff08}', '\u{ff09}', '[', ']',
    '\u{3010}', '\u{3011}',
];

/// The first word is the plan's own.
const MODES: &[(Kind, &[&str])] = &[
    (Kind::Direct, &["direct", "anchor", "直接", "直接受理", "主号", "总号", "主热线", "总热线", "统一号码"]),
    (
        Kind::Full,
        &[
            "full-merge",
            "full",
            "merge",
            "merged",
            "整体并入",
            "全部并入",
            "完全并入",
            "并入",
            "整体归并",
            "归并",
            "合并",
        ],
    ),
    (Kind::Dual, &["dual-number", "dual", "parallel", "双号并行", "双号并存", "双号", "并行"]),
    (
        Kind::SubCenter,
        &["sub-center", "subcenter", "sub-centre", "设分中心", "设立分中心", "设置分中心", "分中心"],
    ),
    (Kind::Emergency, &["linked-emergency", "emergency", "紧急热线", "紧急", "应急联动", "紧急类"]),
    (Kind::Utility, &["linked-utility", "utility", "公用事业", "公共事业", "联动"]),
    (Kind::Peer, &["peer-platform", "peer", "对接平台", "县级平台", "平级平台"]),
    (Kind::OutOfScope, &["out-of-scope", "不纳入", "不归并", "不并入", "暂不归并", "独立运行", "范围外"]),
];

const ALIAS: &str = "别名";
const ALIAS_OF: &[&str] = &["alias-of-", "alias-", ALIAS];
const INTO: &[&str] = &[
    "merged-into-",
    "into-",
    "整体并入",
    "并入至",
    "并入到",
    "并入",
    "归并至",
    "归并到",
    "归并入",
    "合并至",
    "合并到",
];

const DEDICATED: &[(bool, &[&str])] = &[
    (
        true,
        &[
            "dedicated",
            "dedicated-seats",
            "dedicated-queue",
            "own-seats",
            "own-queue",
            "a-queue",
            "queue",
            "设专席",
            "设立专席",
            "设置专席",
            "有专席",
            "专席",
            "设专席队列",
            "保留专席",
            "设专家座席",
            "专家座席",
        ],
    ),
    (false, &["no-queue", "no-dedicated-seats", "no-dedicated-queue", "不设专席", "无专席", "不设专席队列"]),
];

const NUMBER: &[(bool, &[&str])] = &[
    (
        true,
        &[
            "kept",
            "keep",
            "number-kept",
            "retained",
            "retain",
            "保留",
            "保留号码",
            "号码保留",
            "不取消",
            "不停用",
            "不注销",
            "长期",
        ],
    ),
    (
        false,
        &[
            "cancelled",
            "canceled",
            "cancel",
            "number-cancelled",
            "retired",
            "取消",
            "取消号码",
            "号码取消",
            "注销",
            "注销号码",
            "号码注销",
            "停用",
            "停用号码",
            "号码停用",
            "撤销",
            "不保留",
            "不保留号码",
        ],
    ),
];

const YES: &[(bool, &[&str])] = &[
    (true, &["yes", "y", "true", "1", "是", "有", "设", "√", "✓"]),
    (false, &["no", "n", "false", "0", "否", "无", "不设", "n/a", "-", "×"]),
];

const COMES: &[(Comes, &[&str])] = &[
    (
        Comes::Routed,
        &[
            "own-number",
            "own-number-on-trunk",
            "forwarded",
            "forward-to-bound-number",
            "自有号码",
            "直接接入",
            "呼叫转移",
            "转接",
        ],
    ),
    (
        Comes::NotRouted,
        &[
            "transfer-only",
            "not-routed",
            "not-routed-here-except-transfers",
            "never-routed",
            "仅转接",
            "不接入",
        ],
    ),
];

const ENDED: &[(Ended, &[&str])] = &[
    (Ended::Intercept, &["intercept", "carrier-intercept", "提示", "语音提示", "改号提示", "拦截"]),
    (Ended::Keep, &["keep", "forward", "继续转接", "保留转接", "转接"]),
    (Ended::Reject, &["reject", "拒绝", "拒接", "空号"]),
];

const TOTAL: &[&str] = &["合计", "总计", "小计", "共计", "total", "totals", "sum", "subtotal", "grandtotal"];

const BLANK: &[&str] = &["", "-", "--", "/", "n/a", "na", "none", "无", "暂无", "未定", "待定", "tbd"];
