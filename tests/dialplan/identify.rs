//! What may say which hotline was dialled, trunk by trunk.

use tongjie::dialplan::{Action, Facts, Ingress};
use tongjie::event::{Number, TrunkId};
use tongjie::stdx::Rng;

use super::fixture::Good;

/// With 12318 beside 12319, and the keys in the trunk `t`.
fn plan(keys: &str) -> Good {
    Good::new()
        .and("[hotline.12318]\nname = \"a\"\nmode = \"full-merge\"\nnumber = \"kept\"\n")
        .and("[trunk.t]\naddress = \"127.0.0.1:5080\"\n")
        .and(keys)
}

/// Which hotline, and by which rule.
#[track_caller]
fn check_found(keys: &str, candidates: &[(Ingress, &str)], expected: &str) {
    let table = plan(keys).table();
    let candidates: Vec<_> = candidates.iter().map(|(i, n)| (*i, Number::new(*n))).collect();
    let trunk = TrunkId::new("t");
    let facts = Facts { trunk: Some(&trunk), caller: &Number::new(""), candidates: &candidates };
    let decision = table.decide(&facts, 0);
    let hotline = decision.hotline.as_ref().map_or("none", |hotline| hotline.id.as_str());
    let found = format!("{hotline} by {}", decision.ingress.map_or("none", Ingress::as_str));
    assert_eq!(found, expected, "{keys}");
}

#[test]
fn the_trunks_own_order_decides_and_what_it_leaves_out_never_does() {
    use Ingress::{Diversion, HistoryInfo, RequestUri, To};
    let both = [(RequestUri, "88889999"), (HistoryInfo, "12318"), (Diversion, "12319")];
    let trusted = |rules: &str| format!("trusted = true\nidentify = [{rules}]\n");
    check_found("trusted = true", &both, "12318 by History-Info");
    check_found(&trusted("\"diversion\", \"history-info\""), &both, "12319 by Diversion");
    check_found(&trusted("\"request-uri\", \"diversion\""), &both, "12319 by Diversion");
    check_found(&trusted("\"request-uri\", \"to\""), &both, "none by none");
    // A header before the Request-URI.
    let named = [(RequestUri, "12319"), (To, "12318")];
    check_found(&trusted("\"to\", \"request-uri\""), &named, "12318 by To");
    check_found(&trusted("\"request-uri\", \"to\""), &named, "12319 by Request-URI");
    // 12345 is only where forwarded calls arrive; the reserve is kept whatever the order.
    let forwarded = [(RequestUri, "12345"), (HistoryInfo, "12318"), (Diversion, "12319")];
    check_found(
        &trusted("\"request-uri\", \"diversion\", \"history-info\""),
        &forwarded,
        "12319 by Diversion",
    );
    check_found(&trusted("\"request-uri\""), &forwarded, "12345 by Request-URI");
}

#[test]
fn bound_numbers_and_the_default_count_where_the_trunk_says_so() {
    use Ingress::RequestUri;
    let bound = "access = { \"0510-88880000\" = \"12318\" }\ndefault-hotline = \"12319\"\n";
    let to = [(RequestUri, "051088880000")];
    check_found(bound, &to, "12318 by access number");
    check_found(bound, &[(RequestUri, "77")], "12319 by the trunk's default");
    let ordered = format!("{bound}identify = [\"request-uri\", \"access\", \"default\"]\n");
    check_found(&ordered, &to, "12318 by access number");
    check_found(&ordered, &[(RequestUri, "12319")], "12319 by Request-URI");
}

#[test]
fn rules_that_would_never_count_are_refused() {
    for (keys, message) in [
        ("identify = [\"request-uri\", \"diversion\"]", "the headers of `t` are not believed"),
        ("trusted = true\nidentify = [\"to\", \"to\"]", "this rule stands twice"),
        (
            "default-hotline = \"12318\"\nidentify = [\"default\", \"request-uri\"]",
            "no rule after `default` ever counts",
        ),
        ("hotline = \"12318\"\nidentify = [\"request-uri\"]", "`identify` leaves out what"),
        (
            "default-hotline = \"12318\"\nidentify = [\"request-uri\"]",
            "`identify` leaves out what `default-hotline`",
        ),
        ("identify = [\"request-url\"]", "did you mean `request-uri`?"),
    ] {
        let (table, report) = plan(keys).check();
        assert!(table.is_none() && report.to_string().contains(message), "{message}\n{report}");
    }
}

/// Keys of a trunk, by chance: any rules in any order, a hotline for all calls, one for those that name none.
fn any_keys(rng: &mut Rng) -> String {
    let mut rules = vec!["request-uri", "history-info", "diversion", "p-called-party-id", "to"];
    for i in (1..rules.len()).rev() {
        rules.swap(i, usize::try_from(rng.below(i as u64 + 1)).unwrap());
    }
    rules.truncate(usize::try_from(rng.below(6)).unwrap());
    let mut keys = "trusted = true\n".to_owned();
    match rng.below(3) {
        0 => keys.push_str("hotline = \"12318\"\n"),
        1 => keys.push_str("access = { 12319 = \"12319\", 88889999 = \"12318\" }\n"),
        _ => {}
    }
    rules.insert(usize::try_from(rng.below(rules.len() as u64 + 1)).unwrap(), "access");
    if !keys.contains("hotline =") && rng.below(2) == 0 {
        keys.push_str("default-hotline = \"12319\"\n");
        rules.push("default");
    }
    keys + &format!("identify = {rules:?}\n")
}

#[test]
fn whoever_dials_an_emergency_line_gets_it_whatever_his_trunk_and_the_headers_say() {
    let headers = [Ingress::HistoryInfo, Ingress::Diversion, Ingress::CalledPartyId, Ingress::To];
    for seed in 0..200 {
        let mut rng = Rng::from_seed(seed);
        let keys = any_keys(&mut rng);
        let table = plan(&keys).table();
        let trunk = TrunkId::new("t");
        for line in ["110", "119", "120", "122"] {
            let mut candidates = vec![(Ingress::RequestUri, Number::new(line))];
            for header in headers {
                let names = ["12318", "12319", "12345", "110", "120", "77"];
                let name = names[usize::try_from(rng.below(6)).unwrap()];
                candidates.extend((rng.below(3) > 0).then(|| (header, Number::new(name))));
            }
            for trunk in [None, Some(&trunk)] {
                let facts = Facts { trunk, caller: &Number::new(""), candidates: &candidates };
                let decision = table.decide(&facts, 0);
                let Action::Emergency { line: met, .. } = decision.action else {
                    panic!("{candidates:?}\n{keys}");
                };
                assert_eq!((met.as_str(), decision.ingress), (line, Some(Ingress::RequestUri)));
            }
        }
    }
}
