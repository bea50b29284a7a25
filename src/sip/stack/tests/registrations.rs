//! Registrations by what the phone sends and is told.

use super::super::Event;
use super::auth::{authorized, phone_world};
use super::*;

fn register(w: &mut World, seq: u32, contact: &str, expires: &str) -> Message {
    let expires = if expires.is_empty() { String::new() } else { format!("Expires: {expires}\n") };
    let contact = if contact.is_empty() { String::new() } else { format!("Contact: {contact}\n") };
    authorized(w, "REGISTER sip:10.0.0.1", "REGISTER", seq, &format!("{contact}{expires}"), "MD5", "geheim")
}

#[test]
fn a_phone_registers_refreshes_and_unregisters() {
    let mut w = phone_world();
    let ok = register(&mut w, 1, "<sip:a1@192.168.1.9:5062>", "600");
    assert_eq!(status(&ok), 200);
    let contact = ok.contact().unwrap().unwrap();
    assert_eq!(contact.expires(), Some(600));
    let Event::Registered { user, contact, destination, first } = w.event(0) else {
        panic!("not registered")
    };
    assert_eq!((user.as_str(), contact.as_str(), first), ("a1", "sip:a1@192.168.1.9:5062", true));
    assert_eq!(destination, addr(2));
    let binding = w.at(0).contact_of("a1").unwrap();
    assert_eq!((binding.uri.as_str(), binding.destination), ("sip:a1@192.168.1.9:5062", addr(2)));
    register(&mut w, 10, "<sip:a1@192.168.1.9:5062>", "600");
    assert!(matches!(w.event(0), Event::Registered { first: false, .. }));
    assert_eq!(w.at(0).bindings().count(), 1);
    register(&mut w, 20, "<sip:a1@192.168.1.9:5062>;expires=0", "");
    assert!(matches!(w.event(0), Event::Unregistered { expired: false, .. }));
    assert!(w.at(0).contact_of("a1").is_none());
    w.nothing_more();
    w.no_leaks();
}

#[test]
fn a_registration_runs_out_at_its_instant() {
    let mut w = phone_world();
    register(&mut w, 1, "<sip:a1@192.168.1.9>", "60");
    w.event(0);
    w.run_ms(59_000);
    assert!(w.at(0).contact_of("a1").is_some());
    w.run_ms(1_100);
    assert!(matches!(w.event(0), Event::Unregistered { expired: true, .. }));
    assert_eq!(w.at(0).usage().bindings, 0);
}

#[test]
fn star_removes_all_and_only_with_expires_zero_and_alone() {
    let mut w = phone_world();
    register(&mut w, 1, "<sip:a1@192.168.1.9>, <sip:a1@192.168.1.10>", "600");
    assert_eq!(w.at(0).bindings().count(), 2);
    assert_eq!(status(&register(&mut w, 10, "*", "600")), 400);
    assert_eq!(status(&register(&mut w, 20, "*, <sip:a1@192.168.1.9>", "0")), 400);
    assert_eq!(w.at(0).bindings().count(), 2);
    w.events[0].clear();
    assert_eq!(status(&register(&mut w, 30, "*", "0")), 200);
    assert!(matches!(w.event(0), Event::Unregistered { expired: false, .. }));
}

#[test]
fn too_brief_a_registration_is_told_the_minimum_and_too_long_a_one_is_cut() {
    let mut w = phone_world();
    let refused = register(&mut w, 1, "<sip:a1@192.168.1.9>", "30");
    assert_eq!((status(&refused), refused.min_expires().unwrap()), (423, Some(60)));
    let cut = register(&mut w, 10, "<sip:a1@192.168.1.9>", "99999");
    assert_eq!(cut.contact().unwrap().unwrap().expires(), Some(3600));
}

#[test]
fn a_query_names_the_bindings_and_changes_nothing() {
    let mut w = phone_world();
    register(&mut w, 1, "<sip:a1@192.168.1.9>", "600");
    w.event(0);
    w.run_ms(10_000);
    let told = register(&mut w, 10, "", "");
    let left = told.contact().unwrap().unwrap().expires().unwrap();
    assert!((589..=590).contains(&left), "{left}");
    w.nothing_more();
}

#[test]
fn an_older_register_that_comes_late_changes_nothing() {
    let mut w = phone_world();
    register(&mut w, 10, "<sip:a1@192.168.1.9>", "600");
    w.event(0);
    assert_eq!(status(&register(&mut w, 4, "<sip:a1@192.168.1.9>", "0")), 500);
    assert!(w.at(0).contact_of("a1").is_some());
}

#[test]
fn one_binding_too_many_replaces_the_oldest() {
    let mut w = phone_world();
    for n in 1..=5 {
        register(&mut w, n * 10, &format!("<sip:a1@192.168.1.{n}>"), "600");
    }
    let uris: Vec<_> = w.at(0).bindings().map(|(_, b)| b.uri.clone()).collect();
    assert_eq!(uris.len(), 4);
    assert_eq!(uris[3], "sip:a1@192.168.1.5");
    assert!(!uris.contains(&"sip:a1@192.168.1.1".to_owned()));
}
