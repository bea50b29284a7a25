//! A node's start, what ends it at once, and its end.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::UdpSocket;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::time::Duration;

use nix::sys::signal::Signal;

use super::Place;

#[test]
fn a_wrong_key_ends_it_with_the_right_one() {
    let place = Place::new();
    place.change("listen =", "lisen =");
    place
        .run(&["serve"])
        .check(1, &["unknown key `lisen` in [sip]", "tongjie.toml:5:1", "did you mean `listen`?"]);
    assert!(!place.path("t.sock").exists() && !place.path("data").exists());
}

#[test]
fn a_missing_plan_ends_it() {
    let place = Place::new();
    place.settings(
        &std::fs::read_to_string(place.config()).unwrap().replace("dialplan/wuxi", "dialplan/wuhu"),
    );
    place.run(&["serve"]).check(1, &["there is no plan here", "dialplan/wuhu"]);
    assert!(!place.path("t.sock").exists() && !place.path("data").exists());
}

#[test]
fn a_port_in_use_ends_it_and_says_how_to_find_who_has_it() {
    let place = Place::new();
    let other = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    place.change("127.0.0.1:0", &address);
    place.run(&["serve"]).check(1, &[&format!("cannot listen on UDP {address}"), "ss -lunp", "[sip] listen"]);
    assert!(!place.path("t.sock").exists());
}

#[test]
fn a_store_that_cannot_be_written_ends_it() {
    let place = Place::new();
    std::fs::create_dir_all(place.path("data/t.db")).unwrap();
    place.run(&["serve"]).check(1, &["cannot open the CDR file", "data/t.db", "[store] file"]);
    assert!(!place.path("t.sock").exists());
}

#[test]
fn a_second_node_on_the_same_control_socket_ends_and_the_first_goes_on() {
    let place = Place::new();
    let first = place.serve(&[]);
    place.change("data/t.db", "data/u.db");
    place.run(&["serve"]).check(1, &["another node is running", "t.sock"]);
    place.change("data/u.db", "data/t.db");
    place.run(&["status"]).check(0, &["in service", "无锡12345"]);
    drop(first);
}

#[test]
fn a_store_has_one_node_at_a_time_and_the_kept_plans_beside_it_too() {
    let place = Place::new();
    let first = place.serve(&[]);
    // Its answer says that they are on disk.
    place.run(&["reload", "--at", "2099-01-01", "--json"]).check(0, &["\"not_kept\": null"]);
    let kept = || -> BTreeMap<_, _> {
        let files =
            std::fs::read_dir(place.path("data/t.db.plans")).unwrap().map(|file| file.unwrap().path());
        files.map(|file| (file.clone(), std::fs::read(file).unwrap())).collect()
    };
    let before = kept();
    assert!(before.keys().any(|file| file.ends_with("plans.json")), "{:?}", before.keys());
    // A plan that is not among them.
    place.change("dialplan/wuxi", "dialplan/jiangyin");
    place.change("t.sock", "u.sock");
    place
        .run(&["serve"])
        .check(1, &["another node is running", "data/t.db", "tongjie drain", "a [store] file of its own"]);
    assert!(kept() == before && !place.path("u.sock").exists());
    // Killed, it holds nothing any more.
    drop(first);
    drop(place.serve(&[]));
}

#[test]
fn stores_whose_names_only_end_otherwise_are_two() {
    let place = Place::new();
    let first = place.serve(&[]);
    place.change("data/t.db", "data/t.sqlite");
    place.change("t.sock", "u.sock");
    let second = place.serve(&[]);
    for file in ["t.db.node", "t.sqlite.node"] {
        assert_eq!(std::fs::read_to_string(place.path("data").join(file)).unwrap(), "service\n");
    }
    place.change("u.sock", "v.sock");
    place.run(&["serve"]).check(1, &["another node is running", "data/t.sqlite"]);
    drop((first, second));
}

#[test]
fn calls_of_a_rehearsal_are_never_among_real_ones() {
    let place = Place::new();
    drop(place.serve(&["--clock", "2021-12-31T23:59:50+08:00"]));
    place.run(&["serve"]).check(1, &["data/t.db holds the calls of a rehearsal", "another [store] file"]);
    place.change("data/t.db", "data/real.db");
    drop(place.serve(&[]));
    place
        .run(&["serve", "--clock", "2021-12-31T23:59:50+08:00"])
        .check(1, &["data/real.db holds the call records of a node in service", "a copy of the settings"]);
    drop(place.serve(&[]));
    place.change("data/real.db", "data/t.db");
    drop(place.serve(&["--clock", "2022-01-01"]));
}

#[test]
fn live_commands_show_the_node_and_change_it() {
    let place = Place::new();
    let served = place.serve(&["--clock", "2021-12-31T23:59:50+08:00"]);
    assert!(served.greeting.contains("REHEARSAL"), "{}", served.greeting);
    assert_eq!(std::fs::metadata(place.path("t.sock")).unwrap().permissions().mode() & 0o777, 0o600);
    place.run(&["status"]).check(0, &["REHEARSAL", "2021-12-31T23:59:5", "calls   0 now"]);
    let ahead = "ahead   cut-over of 2022-01-01T00:00:00+08:00: cancelled 32 numbers";
    place.run(&["status"]).check(0, &[ahead]);
    let status = place.run(&["status", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&status.out).unwrap();
    assert_eq!((&status["rehearsal"], &status["calls"]), (&true.into(), &0.into()));
    place.run(&["queues"]).check(0, &["general", "hrss"]);
    place.run(&["trunks"]).check(0, &["last answer"]);
    place.run(&["calls"]).check(0, &["call  caller"]);
    place.run(&["trunks"]).check(0, &["not yet heard"]);
    place.run(&["agents", "not-ready", "nobody"]).check(1, &["nobody"]);
    let refused = place.run(&["agents", "not-ready", "nobody", "--json"]);
    refused.check(1, &["the plan has no agent nobody"]);
    let error: serde_json::Value = serde_json::from_str(&refused.out).unwrap();
    assert_eq!((&error["exit"], refused.err.as_str()), (&1.into(), ""));
    place.run(&["hangup", "5z12e14jc0001"]).check(1, &["error:"]);
    place.run(&["cdr"]).check(0, &["call  arrived"]);
    place.run(&["cdr", "--csv", "--since", "2021-12-31"]).check(0, &["\"call\""]);
}

#[test]
fn who_looks_at_whole_numbers_is_noted_and_who_looks_at_masked_ones_is_not() {
    let place = Place::new();
    drop(place.serve(&[]));
    place.run(&["cdr", "--hotline", "12319"]).check(0, &["call  arrived"]);
    place.run(&["cdr", "--hotline", "12319", "--since", "2021-12-31", "--unmask", "--json"]).check(0, &["["]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let notes = runtime.block_on(async {
        let store = tongjie::store::Store::open_to_read(place.path("data/t.db")).await.unwrap();
        let notes = store.unmasked().await.unwrap();
        store.close().await;
        notes
    });
    let [note] = &notes[..] else { panic!("{notes:?}") };
    let who = nix::unistd::User::from_uid(nix::unistd::getuid()).unwrap().unwrap().name;
    assert_eq!((&note.who, note.records), (&who, 0));
    assert_eq!(note.filter, "--since 2021-12-31 --hotline 12319");
    let age = tongjie::io::Clock::start(None).wall().ms - note.at;
    assert!((0..60_000).contains(&age), "{age} ms ago");
    // Calls in progress are noted likewise, and the notes can be read.
    let served = place.serve(&[]);
    place.run(&["calls"]).check(0, &["call  caller"]);
    place.run(&["calls", "--unmask"]).check(0, &["call  caller"]);
    place.run(&["cdr", "--looks"]).check(0, &["shown", &who, "calls in progress", "--since 2021-12-31"]);
    let looks: serde_json::Value =
        serde_json::from_str(&place.run(&["cdr", "--looks", "--json"]).out).unwrap();
    let asked: Vec<_> =
        looks.as_array().unwrap().iter().map(|look| look["asked"].as_str().unwrap()).collect();
    assert_eq!(asked, ["calls in progress", "--since 2021-12-31 --hotline 12319"]);
    assert_eq!((&looks[0]["who"], &looks[0]["shown"]), (&who.as_str().into(), &0.into()));
    // Where it cannot be noted, nobody sees them.
    std::fs::remove_file(place.path("data/t.db")).unwrap();
    let ran = place.run(&["calls", "--unmask"]);
    ran.check(1, &["there is no CDR file"]);
    assert_eq!(ran.out, "");
    drop(served);
}

#[test]
fn a_rehearsal_says_so_once() {
    let place = Place::new();
    let served = place.serve(&["--clock", "2021-12-31T23:59:50+08:00"]);
    let greeting = served.greeting.clone();
    place.run(&["drain"]).check(0, &[]);
    let ended = served.ended();
    let said = format!("{greeting}{}{}", ended.out, ended.err);
    assert_eq!(said.matches("REHEARSAL").count(), 1, "{said}");
}

#[test]
fn it_answers_on_the_network() {
    let place = Place::new();
    let served = place.serve(&[]);
    let phone = UdpSocket::bind("127.0.0.1:0").unwrap();
    phone.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let (port, own) = (served.port(), phone.local_addr().unwrap());
    let options = format!(
        "OPTIONS sip:127.0.0.1:{port} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bKt;rport\r\nMax-Forwards: 70\r\n\
         To: <sip:127.0.0.1:{port}>\r\nFrom: <sip:phone@{own}>;tag=1\r\nCall-ID: t\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    );
    phone.send_to(options.as_bytes(), ("127.0.0.1", port)).unwrap();
    let mut answer = [0; 4096];
    let length = phone.recv(&mut answer).unwrap();
    assert!(answer[..length].starts_with(b"SIP/2.0 200"), "{}", String::from_utf8_lossy(&answer[..length]));
}

#[test]
fn sigterm_drains_an_idle_node_to_its_end() {
    let place = Place::new();
    let served = place.serve(&[]);
    served.signal(Signal::SIGTERM);
    let ended = served.ended();
    ended.check(0, &["SIGTERM: no new calls", "stopped"]);
    assert!(!place.path("t.sock").exists());
    place.run(&["status"]).check(3, &["no node answers"]);
}

#[test]
fn drain_does_what_a_signal_does() {
    let place = Place::new();
    let served = place.serve(&[]);
    place.run(&["drain"]).check(0, &["draining: no new calls, and none goes on"]);
    served.ended().check(0, &["no new calls are taken", "stopped"]);
}

#[test]
fn a_json_log_is_one_object_a_line() {
    let place = Place::new();
    place
        .settings(&format!("{}[log]\nformat = \"json\"\n", std::fs::read_to_string(place.config()).unwrap()));
    let served = place.serve(&["--clock", "2022-01-01"]);
    served.signal(Signal::SIGINT);
    let ended = served.ended();
    ended.check(0, &["SIGINT"]);
    for line in ended.err.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["time"].as_str().unwrap().starts_with("2022-01-01T00:00:0"), "{line}");
    }
}

#[test]
fn an_address_this_machine_does_not_have_for_rtp_ends_it() {
    let place = Place::new();
    place.change("ports = ", "listen = \"192.0.2.1\"\nports = ");
    place.run(&["serve"]).check(1, &["cannot receive RTP on 192.0.2.1", "[media] listen"]);
    assert!(!place.path("t.sock").exists());
}

#[test]
fn who_follows_a_node_to_its_end_is_told_and_ends_with_3() {
    let place = Place::new();
    let node = UnixListener::bind(place.path("t.sock")).unwrap();
    let dies = std::thread::spawn(move || {
        let (stream, _) = node.accept().unwrap();
        let mut stream = BufReader::new(stream);
        let mut asked = String::new();
        stream.read_line(&mut asked).unwrap();
        assert!(asked.contains("follow"), "{asked}");
        let event = "{\"event\":{\"time\":\"2021-12-31T23:59:59.123+08:00\",\"text\":\"the last word\"}}";
        writeln!(stream.get_mut(), "{{\"following\":true}}\n{event}").unwrap();
    });
    let ran = place.run(&["calls", "--follow"]);
    dies.join().unwrap();
    ran.check(3, &["23:59:59.123", "the last word", "has gone", "t.sock", "its log says"]);
}

#[test]
fn an_empty_default_is_not_shown_as_one() {
    for command in ["import", "route"] {
        let help = super::run(&[command, "--help"]);
        assert!(
            help.code == Some(0)
                && !help.out.contains("[default: \"\"]")
                && !help.out.contains("[default: ]"),
            "{}",
            help.out
        );
    }
}
