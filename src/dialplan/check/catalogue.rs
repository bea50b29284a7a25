//! What each code means: what `tongjie check --explain dp007` prints. An example is what one adds to a plan without
//! fault to get the diagnostic; a test does so.

/// One code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Explained {
    /// `dp007`
    pub code: &'static str,
    /// In a line.
    pub title: &'static str,
    /// What is looked at, and what it would mean for callers.
    pub means: &'static str,
    /// TOML that gets it.
    pub example: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// What a code means, if there is one of that name: `dp007`, `DP007` or `7`.
pub fn explain_code(written: &str) -> Option<&'static Explained> {
    let written = written.trim();
    explained(CODES, "dp", written).or_else(|| explained(CODES, "dp", &format!("dp{written}")))
}

/// The code of one family: `dp007`, `DP7`.
pub fn explained(codes: &'static [Explained], family: &str, written: &str) -> Option<&'static Explained> {
    let written = written.trim().to_lowercase();
    let digits = written.strip_prefix(family)?;
    let number: u16 = digits.parse().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()))?;
    let code = format!("{family}{number:03}");
    codes.iter().find(|explained| explained.code == code)
}

/// One of a catalogue.
pub const fn code(
    code: &'static str,
    title: &'static str,
    means: &'static str,
    example: &'static str,
    remedy: &'static str,
) -> Explained {
    Explained { code, title, means, example, remedy }
}

/// Every code, in order.
pub const CODES: &[Explained] = &[
    code(
        "dp000",
        "more than a thousand faults",
        "Only the first thousand faults are shown, by file and line. There are more.",
        "# one row wrong in the same way, a thousand times over",
        "Mend the first ones and check again; often one slip makes many faults.",
    ),
    code(
        "dp001",
        "a file cannot be read",
        "A file of the plan is not there, not readable, too long, or not UTF-8. Or (a warning) a file of TOML lies in its directory under a name that is not read.",
        "# hotlines.toml saved as GBK by a spreadsheet program",
        "Save the file as UTF-8 and see who may read it. A plan is a directory with a plan.toml; `queue.toml` is to be `queues.toml`.",
    ),
    code(
        "dp002",
        "a file is not TOML",
        "A line breaks the rules of TOML: a quote or bracket is missing, a key stands twice in one table, a date has no such day.",
        "[hotline.12318]\nname = \"文化市场举报\nmode = \"full-merge\"",
        "Close the quote or bracket at the place shown. Texts stand in quotes, dates do not.",
    ),
    code(
        "dp003",
        "a key or section nobody knows",
        "Every key that is written must mean something. One that is misspelt would be silently left out.",
        "[queue.second]\nmusik = \"none\"",
        "Write the key that is suggested, or take the line out. `tongjie schema` lets an editor complete keys.",
    ),
    code(
        "dp004",
        "a value that is none",
        "The value is of the wrong type or out of its range: a duration without unit, a date in quotes, a status that is no refusal, an address without digits, a telephone that rings, or a caller who may wait, for less than 3 s (an emergency line's trunk: 10 s).",
        "[queue.second]\nring = 20",
        "Write it as the message shows: \"20s\", 2021-12-01, 404, \"10.0.0.1:5060\".",
    ),
    code(
        "dp005",
        "something that must be there is missing",
        "A row lacks what it cannot do without: a hotline its mode and name, an agent his password, a trunk its address. And a plan lacks what no city can do without: 12345 itself, which is `direct` whoever has it, and a way to each of 110, 119, 120 and 122.",
        "[hotline.12318]\nname = \"文化市场举报\"",
        "Add the key that is named, as the help shows it.",
    ),
    code(
        "dp006",
        "a number that is none, or that two rows claim",
        "A number means one thing. Spellings are compared as they are dialled: 12319, 0510-12319 and +8651012319 are one number.",
        "[hotline.0510-12319]\nname = \"again\"\nmode = \"full-merge\"\nwave = \"one\"",
        "Take one of the two rows out, or correct the number that is mistyped.",
    ),
    code(
        "dp007",
        "a name that leads nowhere",
        "A queue, trunk, wave, announcement, calendar, hours or hotline is named that no row defines. Calls sent there would be lost.",
        "[hotline.12318]\nname = \"文化市场举报\"\nmode = \"full-merge\"\nwave = \"oen\"",
        "Correct the name (the nearest one is suggested), or add the row.",
    ),
    code(
        "dp008",
        "aliases in a circle, or too many in a row",
        "An alias stands for a hotline, perhaps through other aliases, at most eight. These only stand for one another, or their hotline is farther away.",
        "[alias]\n12331 = \"12358\"\n12358 = \"12331\"",
        "Let one of them name a hotline.",
    ),
    code(
        "dp009",
        "phases out of order",
        "Trial, formal operation and cut-off follow one another, none at the same instant: a phase holds up to, not including, the first instant of the next.",
        "[hotline.12318]\nname = \"文化市场举报\"\nmode = \"full-merge\"\nwave = \"one\"\ncancel = 2021-11-01",
        "Correct the date in the row or in its wave; both lines are shown.",
    ),
    code(
        "dp010",
        "an emergency line merged, renamed, announced or queued",
        "110, 119, 120 and 122 are left out of every merge: they are handed to their own trunks at once, and nothing else may be said about them.",
        "[hotline.110]\nname = \"公安报警\"\nmode = \"full-merge\"\nwave = \"one\"",
        "Say only [emergency.110] with its `trunks`. That each of the four is there, dp005 asks.",
    ),
    code(
        "dp011",
        "a recording that is missing or cannot be played",
        "Callers would hear a tone instead. What can be played: WAV with 8000 samples a second, one channel, 16-bit or A-law; or raw A-law. What is spoken lasts a minute at most: then a call goes on. Music may be longer.",
        "[announcement.closed-for-today]\nfile = \"audio/closed.wav\"",
        "Put the file below the plan's directory, or convert it with the command in the help.",
    ),
    code(
        "dp012",
        "callers nobody can serve",
        "Every way of every number is followed at every instant: through queues that are full, closed, close meanwhile or overflow, and back from trunks that are down. Wherever a call can come to wait, an agent must serve that queue with the skill that is asked for, or a queue it moves on to, whatever is closed by then. When only moving on helps, it is a warning. And a caller whom agents serve must not be let go, after `wait-max`, before he has heard what he is not spared (`must-hear`).",
        "[queue.books]\n[hotline.12318]\nname = \"文化市场举报\"\nmode = \"dual-number\"\nqueue = \"books\"",
        "Give an agent the queue and the skill; or let the queue overflow to one that is staffed. Let `wait-max` be longer than `must-hear`.",
    ),
    code(
        "dp013",
        "queues that pass their callers round",
        "Full queues that send on to one another, or queues that overflow into one another: the caller never comes to rest. A way out when full and back by overflow is no circle, since an overflow goes only where there is room.",
        "[queue.a]\noverflow = [{ after = \"30s\", to = \"b\" }]\n[queue.b]\noverflow = [{ after = \"30s\", to = \"a\" }]",
        "Let one of the queues keep its callers: take its `overflow` or `full` out.",
    ),
    code(
        "dp014",
        "something nobody uses",
        "A queue, announcement, wave, calendar or hours that no row names, or that is named but that no call comes to on any way; a trunk that no row sends calls to and that says nothing of those it brings (`trusted`, `identify`, a hotline bound to it); an agent who never gets a call. A warning: it may be for tomorrow.",
        "[queue.spare]",
        "Name it where it belongs, or take it out.",
    ),
    code(
        "dp015",
        "a time zone nobody knows",
        "All instants of a plan are of its zone. Zones are named as in the IANA database.",
        "[plan]\nname = \"city\"\ntime-zone = \"Asia/Beijing\"\narea-code = \"0510\"\nnumber = \"12345\"\ngeneral-queue = \"general\"\nannounce = \"merged\"",
        "All of China is \"Asia/Shanghai\".",
    ),
    code(
        "dp016",
        "a `[[test]]` that fails",
        "The plan says what it promises, and the decision is another. The test is run by the very code that decides calls. A test that expects nothing, or dials what is no number, cannot fail (a warning).",
        "[[test]]\nname = \"the last evening\"\nat = 2022-01-01T00:00:00+08:00\ncall = { to = \"12319\" }\nexpect = { queue = \"general\" }",
        "`tongjie route` shows why the call goes elsewhere. Mend the row, or the promise.",
    ),
    code(
        "dp017",
        "a row that contradicts its mode",
        "A key that would mean nothing with the row's mode and attributes, or one without which they cannot be carried out: a sub-center without trunk, a cancelled number without date, a trunk whose calls are all for one `hotline` and that binds numbers to others. A second number that is `direct`, as 12345 is where forwarded calls arrive, is a warning: it works for those who dial it.",
        "[hotline.12366]\nname = \"纳税缴费服务\"\nmode = \"sub-center\"",
        "Follow the help: add what the mode needs, or say the attribute that is meant.",
    ),
    code(
        "dp018",
        "an announcement outside the time it may be played",
        "A call that arrives at the instant shown would hear a recording that says what is not yet, or no longer, so. Announcements, notices and music count, on every way, of aliases and of numbers the plan does not have as well. One line that has the recording played is one fault, however many callers hear it.",
        "[announcement.trial-only]\nfile = \"t.wav\"\nuntil = 2021-12-01\n[hotline.12318]\nname = \"文化市场举报\"\nmode = \"full-merge\"\nwave = \"one\"\nannounce = \"trial-only\"",
        "Give the hotline another announcement from then on, or the announcement more time.",
    ),
    code(
        "dp019",
        "a row that stands twice",
        "Two files define the same row. Which one holds must not depend on the order of files. Or a list of trunks names one twice: it is tried once, and the second that was meant is not. Or an announcement has two recordings in one language, its own counted: only one can be played.",
        "[queue.general]",
        "Rename one, or put what both say into one; keep one recording a language.",
    ),
    code(
        "dp020",
        "two trunks that cannot be told apart",
        "Calls are known by the address they come from. Two trunks say that they send from the same one: which of them a call is taken to come in on, and so what is believed and bound, would be chance.",
        "[trunk.fire]\naddress = \"127.0.0.1:5110\"\ntrusted = true",
        "Give each its own address and port, or say whence one sends with `from`; a trunk that only takes calls has from = [].",
    ),
    code(
        "dp021",
        "a number with two owners at once, or with none for a time or any more",
        "A number can be re-used: one hotline has it up to an instant, another from then on. Two may not have it at the same instant, and no phase may begin when it is another's; a time in which nobody has it, or from which on nobody does, is a warning, since its callers are told that the number is unknown.",
        "[hotline.old]\ndigits = \"12318\"\nname = \"文化市场举报\"\nmode = \"full-merge\"\nwave = \"one\"\nuntil = 2023-01-01\n[hotline.new]\ndigits = \"12318\"\nname = \"心理援助\"\nmode = \"dual-number\"\nqueue = \"general\"\nfrom = 2022-06-01",
        "Let `until` of the one be `from` of the next, or leave a gap on purpose. A number that ends has `cancel`, and its callers hear why.",
    ),
    code(
        "dp022",
        "hours or a calendar at odds with themselves",
        "A weekday given twice, spans that overlap, a day that is both a holiday and worked: the order of what is written must not decide when someone is open. Or something is said of holidays or moved days, and no calendar says which those are.",
        "[hours.office]\nweek = { mon = [\"08:30-12:00\", \"11:00-17:30\"] }",
        "Say each day once, and write spans that do not overlap.",
    ),
    code(
        "dp023",
        "where callers are sent because something is closed may be closed too",
        "`closed`, and the `overflow` of a sub-center with hours, must lead to a queue that is open day and night: then one look at the clock decides a call.",
        "[hours.office]\nweek = { mon-fri = [\"08:30-17:30\"] }\n[queue.a]\nhours = \"office\"\nclosed = { to = \"b\" }\n[queue.b]\nhours = \"office\"\nclosed = { status = 480 }",
        "Send them to a queue without `hours`, or refuse with an announcement.",
    ),
    code(
        "dp024",
        "an `include` that cannot be followed",
        "`include` names files relative to the one that includes them: TOML files below the directory that holds the plan's, each once, at most 64 in all.",
        "include = [\"/etc/emergency.toml\"]",
        "Name a file beside the plan, like \"../common/emergency.toml\", and each only once.",
    ),
    code(
        "dp025",
        "an announcement that lacks a hotline's language",
        "Callers of the hotline are to be spoken to in this language, and something they can hear on one of their ways has no variant in it: an announcement, an intercept, the notice of a queue that is closed or full. They would hear the main one (a warning). Music does not count.",
        "[hotline.12318]\nname = \"文化市场举报\"\nmode = \"full-merge\"\nwave = \"one\"\nlanguage = \"en\"",
        "Add a variant: variants = [{ language = \"en\", file = \"audio/….wav\" }].",
    ),
    code(
        "dp030",
        "a way that ends where the plan names no end",
        "A sub-center's trunk fails and nothing says what then (a warning; an `overflow` for `closed` alone says nothing of that); or a chain of queues is longer than a call is passed along, so that what its end says never happens.",
        "[trunk.tax]\naddress = \"10.0.0.1\"\n[hotline.12366]\nname = \"纳税缴费服务\"\nmode = \"sub-center\"\ntrunk = \"tax\"",
        "overflow = { to = \"general\", when = [\"down\", \"full\"] } brings the calls to 12345. Chains of queues: make them shorter.",
    ),
    code(
        "dp031",
        "an overflow that never comes",
        "`wait-max` lets the callers go before it is due, or an earlier step to the same queue always goes first. The plan does not do what it seems to say (a warning).",
        "[queue.a]\nwait-max = \"20s\"\noverflow = [{ after = \"30s\", to = \"general\" }]",
        "Let it come earlier or let them wait longer; keep one step to each queue.",
    ),
    code(
        "dp032",
        "an announcement heard twice on one way",
        "A caller hears an announcement once. Here the queue he then waits in, or is moved to, plays the same recording as music, be it under another name or in another language.",
        "[queue.a]\nmusic = \"merged\"\n[agent.7]\npassword = \"x\"\nqueues = [\"a\"]\nskills = [\"*\"]\n[hotline.12318]\nname = \"文化市场举报\"\nmode = \"full-merge\"\nwave = \"one\"\nqueue = \"a\"",
        "Give the queue another `music`, or none: then it is a tone.",
    ),
    code(
        "dp033",
        "a hotline that is open while its queue is closed and refuses",
        "A hotline without `hours` is open day and night, and someone must answer at every minute of the week. The first instant shown is one at which its queue is closed and says no, or the queue to which a sub-center's calls come back when its trunk fails.",
        "[hours.office]\nweek = { mon-fri = [\"08:30-17:30\"] }\n[queue.a]\nhours = \"office\"\nclosed = { status = 480 }\n[agent.7]\npassword = \"x\"\nqueues = [\"a\"]\nskills = [\"*\"]\n[hotline.12318]\nname = \"文化市场举报\"\nmode = \"dual-number\"\nqueue = \"a\"",
        "Let `closed` of the queue go to one that is staffed then; or give the hotline `hours` and a `closed` of its own; or let a sub-center's `overflow` go to a queue that is always open.",
    ),
    code(
        "dp034",
        "calls that come back to those who sent them",
        "The trunk's calls are all for the hotline whose calls go to that trunk: what the people there send on to 12345 would ring at their desks again. Or (a warning) a row dials a number of this plan, perhaps its own, on a carrier's trunk, one whose headers are read or that has bound numbers: the carrier brings such a call here again. Where it goes out under that number once more, it goes round until the trunk is full.",
        "[trunk.tax]\naddress = \"10.0.0.1\"\nhotline = \"12366\"\n[hotline.12366]\nname = \"纳税缴费服务\"\nmode = \"sub-center\"\ntrunk = \"tax\"\noverflow = { to = \"general\" }",
        "Take `hotline` off the trunk: the number dialled says where a call is to go. Let `dial` be the number a place has beside that, or give it a trunk of its own; on a trunk that is a department's alone no header is needed: identify = [\"request-uri\", \"default\"].",
    ),
    code(
        "dp035",
        "a transfer that the mode demands and that has no way",
        "Calls must go both ways between 12345 and those beside it. Dedicated seats (a dual number with a queue of its own): while they are open, someone answers in that queue, and someone else answers callers of 12345. Seats of a department, and another city's 12345: a trunk leads there, and on one of theirs a call for 12345 is taken for that. A direction that is missing at some instant leaves an agent who can only read the number out. That one person alone is both is a warning.",
        "[queue.books]\noverflow = [{ after = \"30s\", to = \"general\" }]\n[hotline.12318]\nname = \"文化市场举报\"\nmode = \"dual-number\"\nqueue = \"books\"",
        "Staff the queue, name the trunk, or let the number dialled on it say what a call is for. What callers are only told of is a utility, or out of scope.",
    ),
    code(
        "dp036",
        "an emergency line by another door",
        "Whoever dials 110, 119, 120 or 122 gets it, on any trunk and whatever the headers say; and no other call is led there, so that none rings at the wrong desk or takes a line that someone in danger needs. A bound number, a trunk's hotline, a `dial`, a linked place, or a `trunk` that is also an emergency line's says otherwise.",
        "[trunk.carrier]\naddress = \"10.0.0.1\"\naccess = { 110 = \"12319\" }",
        "Take the binding out: [emergency.NUMBER] alone says what happens to the line. Give other calls another trunk.",
    ),
    code(
        "dp037",
        "hours that are never open",
        "In a whole period of the hotline there is no instant at which its hours, and those of its queue, are open together. Its people would not get one call. (A warning where they are open in another period of it.)",
        "[hours.early]\nweek = { mon = [\"08:00-12:00\"] }\n[hours.late]\nweek = { mon = [\"13:00-17:00\"] }\n[queue.a]\nhours = \"late\"\nclosed = { to = \"general\" }\n[agent.7]\npassword = \"x\"\nqueues = [\"a\"]\nskills = [\"*\"]\n[hotline.12318]\nname = \"文化市场举报\"\nmode = \"dual-number\"\nqueue = \"a\"\nhours = \"early\"\nclosed = { to = \"general\" }",
        "See whether the week has days and spans at all, and whether the two hours overlap.",
    ),
    code(
        "dp038",
        "a hotline with the area code of another city",
        "Numbers are read as the plan's city dials them. A hotline that keeps an area code in front is either another city's, or the plan's own code is wrong; then nobody who dials without it is understood (a warning).",
        "[hotline.0511-19990001]\nname = \"教育咨询热线\"\nmode = \"full-merge\"\nwave = \"one\"",
        "Correct `area-code` of the plan or the number. A place in another city is a linked place.",
    ),
    code(
        "dp039",
        "a plan with too many ways to follow them all",
        "The proof of a plan follows every way of every call. Here there are more than a quarter of a million steps, twenty times what a province needs; and what cannot be proved is refused.",
        "# a thousand queues that all overflow into all others",
        "Let fewer queues overflow into one another, or fewer of them have hours of their own.",
    ),
    code(
        "dp040",
        "a calendar that ends before the plan does",
        "Holidays are published for a year at a time, and hours that go by a calendar ask it for ever. Asked for is every year from the first of which the calendar says something up to the last instant at which the plan itself changes: a phase, a cut-off, a new owner. In a year of which it says nothing, every holiday is a working day to these hours (a warning). What comes after the plan's last change is not asked for, or every plan would be warned of for ever; a year with one day in it counts as known.",
        "[calendar.china]\nholidays = [\"2020-10-01..2020-10-08\"]\n[hours.office]\ncalendar = \"china\"\nweek = { mon-fri = [\"08:30-17:30\"] }\n[hotline.12318]\nname = \"文化市场举报\"\nmode = \"full-merge\"\nwave = \"one\"\nhours = \"office\"\nclosed = { to = \"general\" }",
        "Add the holidays of the years named, and the days worked for them.",
    ),
    code(
        "dp041",
        "12345 itself is not answered",
        "The plan's own number is what all others are merged into. In some period it is nobody's, cancelled, only transferred to, or sent to a trunk; or (a warning) it has hours and refuses outside them, where 国办发〔2020〕53号 wants a person day and night.",
        "[plan]\nname = \"city\"\ntime-zone = \"Asia/Shanghai\"\narea-code = \"0510\"\nnumber = \"12318\"\ngeneral-queue = \"general\"\nannounce = \"merged\"\n[hotline.12318]\nname = \"the city\"\nmode = \"direct\"\nuntil = 2030-01-01",
        "Keep it without an end, with its people here; let it close to a queue that is staffed at night.",
    ),
    code(
        "dp042",
        "no carrier's trunk brings calls of 12345, or one brings nobody's",
        "A trunk that leads to nobody's people, to no sub-center, emergency line or other city, is there to bring calls. On each of those the plan has, a call for 12345 is taken for another hotline's, or for none and refused: its `hotline` or `identify` says so. Then citizens who dial 12345 do not come to it, unless they come on a trunk that leads to a sub-center, which is why this is a warning. So is a trunk beside one that brings 12345 on which no rule of `identify` can hit: it refuses every call but an emergency's.",
        "[trunk.carrier]\naddress = \"10.0.0.1\"\ntrusted = true\nidentify = [\"history-info\", \"diversion\"]",
        "Let the number dialled say what a call is for: \"request-uri\" in `identify`; bind single numbers with `access` instead of the whole trunk with `hotline`.",
    ),
    code(
        "dp043",
        "forwarded callers who cannot be told from 12345's own",
        "A row with `ingress = \"forwarded\"`, as a full merge has it: the carrier forwards the number to 12345, and a header, or the number the carrier bound, says which was dialled. No trunk of the plan reads one, so its callers are treated as 12345's own: without its announcement, its skill, its seats, its greeting (a warning). A row whose callers meet just that is not spoken of.",
        "[trunk.carrier]\naddress = \"10.0.0.1\"\n[hotline.12318]\nname = \"文化市场举报\"\nmode = \"full-merge\"\nwave = \"one\"\nskill = \"culture\"",
        "On the carrier's trunk `trusted = true`, or `access` for the numbers it bound. If the number is not forwarded but comes as it was dialled, say ingress = \"own-number\".",
    ),
    code(
        "dp050",
        "a date or a length that is hardly meant as it is read",
        "A year before 1980 or after 2099 is mostly a slip: a trial in the year 221 began long ago; and so is a date more than ten years from all others of the plan, tests left out. Hours that open before noon and close at four in the morning or later were mostly to close in the afternoon. Once a year the clocks of many zones skip an hour and once they show one twice: a time in it is read in one way, and could be meant in another. A phone that rings for more than two minutes, while nobody else is asked, was mostly to ring for seconds (a warning).",
        "[hotline.12318]\nname = \"文化市场举报\"\nmode = \"full-merge\"\ntrial = 0221-10-11",
        "Correct the year; write a doubtful time with its offset, like 2021-10-31T02:30:00+01:00.",
    ),
    code(
        "dp099",
        "a defect of this program",
        "The plan passed every check and still could not be built. Nothing is wrong with the plan.",
        "# nothing an administrator can write",
        "Report it, with the plan.",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_of_the_table_is_explained_once_and_in_its_own_words() {
        let rows = include_str!("mod.rs").lines().filter_map(|line| line.strip_prefix("//! | dp"));
        let table: Vec<String> = rows.map(|row| format!("dp{}", &row[..3])).collect();
        let explained: Vec<&str> = CODES.iter().map(|explained| explained.code).collect();
        assert_eq!(explained, table);
        for text in [
            |e: &Explained| e.title,
            |e: &Explained| e.means,
            |e: &Explained| e.example,
            |e: &Explained| e.remedy,
        ] {
            let texts: BTreeSet<&str> = CODES.iter().map(text).collect();
            assert_eq!(texts.len(), CODES.len(), "two codes say the same");
            assert!(texts.iter().all(|text| text.len() > 9), "a code says nothing");
        }
    }

    #[test]
    fn a_code_is_found_however_it_is_written() {
        for written in ["dp007", "DP007", "7", "007", " dp7 "] {
            assert_eq!(explain_code(written).map(|explained| explained.code), Some("dp007"), "{written}");
        }
        for written in ["", "dp", "dp700", "dp-7", "+7", "dp007x"] {
            assert_eq!(explain_code(written), None, "{written}");
        }
    }
}
