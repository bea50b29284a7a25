//! Transfers that `check` refuses or doubts: on an emergency line's trunk, and to oneself.

use super::fixture::Good;

/// What is found in the good plan with these rows: one line a diagnostic.
fn found(rows: &str) -> Vec<String> {
    let (_, report) = Good::new().and(rows).check();
    report.diagnostics.iter().map(|d| format!("{}: {}", d.code, d.message)).collect()
}

#[test]
fn a_place_that_is_only_transferred_to_is_not_reached_on_an_emergency_trunk() {
    let tax = |trunk: &str| {
        format!(
            "[trunk.tax]\naddress = \"10.0.0.1\"\n[hotline.12366]\nname = \"tax\"\nmode = \"sub-center\"\n\
             ingress = \"transfer-only\"\ntrunk = \"{trunk}\"\n"
        )
    };
    let doors = |trunk: &str| {
        let mut found = found(&tax(trunk));
        found.retain(|line| line.starts_with("dp036"));
        found
    };
    assert_eq!(
        doors("police"),
        [
            "dp036: callers who are transferred to `12366` would be led to the trunk `police`, which is the emergency line 110's"
        ]
    );
    assert_eq!(doors("tax"), [""; 0]);
}

#[test]
fn who_alone_serves_12345_and_seats_by_day_is_told_though_another_is_there_at_night() {
    let day_and_night = Good::new()
        .with("[hotline.12345]", "hours = \"office\"\nclosed = { to = \"night\" }")
        .instead("queues = [\"general\"]", "queues = [\"general\", \"books\"]")
        .and(
            "[hours.office]\nweek = { mon-fri = [\"08:30-17:30\"] }\n[queue.night]\n[queue.books]\n\
             [agent.2]\npassword = \"secret-2\"\nqueues = [\"night\"]\nskills = [\"*\"]\n\
             [hotline.12318]\nname = \"books\"\nmode = \"dual-number\"\nqueue = \"books\"\nhours = \"office\"\n\
             closed = { to = \"night\" }\n",
        );
    let told = |city: &Good| {
        let (_, report) = city.check();
        report.diagnostics.iter().map(|d| d.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        told(&day_and_night),
        ["agent 1 alone serves the queue `books` of 12318 and 12345: he has nobody to hand callers to"]
    );
    assert_eq!(
        told(&day_and_night.instead("queues = [\"night\"]", "queues = [\"night\", \"books\"]")),
        [""; 0]
    );
}
