//! `tongjie rehearse` as an operator meets it.

use std::fs;

use expect_test::expect;

use crate::cli::run;

const WUXI: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/dialplan/wuxi");

fn rehearse(arguments: &[&str]) -> crate::cli::Ran {
    run(&[&["rehearse", WUXI, "--around", "2021-12-31T23:59:00+08:00", "--hours", "4"], arguments].concat())
}

#[test]
fn the_same_night_reads_the_same_every_time() {
    let ran =
        rehearse(&["--rate", "60/h", "--weights", "12345=2,12318=2,12333=1,12331=1,12366=1", "--seed", "7"]);
    ran.check(0, &[]);
    expect![[r#"
        rehearsal of 无锡12345, 2021-12-31T22:00:00+08:00 to 2022-01-01T02:00:00+08:00
        221 calls on trunk telecom, 7 agents, seed 7

        hour              calls  answered  to trunk  abandoned  intercepted  announced  waited  mean wait  within 15 s  changed
        2021-12-31 22:00  55     28        8         19         0            20         46      34.0 s     57.1 %       -
        2021-12-31 23:00  55     38        10        7          0            25         45      10.4 s     81.5 %       -
        2022-01-01 00:00  52     27        3         5          17           9          32      8.5 s      85.1 %       * 32 numbers
        2022-01-01 01:00  59     27        5         11         16           8          38      22.7 s     77.7 %       -
        all               221    120       26        42         33           62         161     18.3 s     75.8 %

        what the callers of each number met; * where the plan changes it

        number         name              from              until                met                                    calls  answered  to trunk  abandoned  intercepted  announced  waited  mean wait  within 15 s
        12318          文化市场举报      2021-12-31 22:00  2022-01-01 00:00     merged-into-12345, then queue general  35     24        0         11         0            35         35      20.1 s     75.0 %
                                         2022-01-01 00:00  2022-01-01 02:00  *  intercept number-cancelled             33     0         0         0          33           0          0       -          -
        12331 → 12315  食品药品投诉举报  2021-12-31 22:00  2022-01-01 02:00     merged-into-12315, then queue market   27     23        0         4          0            27         27      9.6 s      91.3 %
        12333          人力资源社会保障  2021-12-31 22:00  2022-01-01 02:00     queue hrss                             36     24        0         12         0            0          36      23.2 s     66.6 %
        12345          政务服务便民热线  2021-12-31 22:00  2022-01-01 02:00     queue general                          63     49        0         14         0            0          63      19.0 s     73.4 %
        12366          纳税缴费服务      2021-12-31 22:00  2022-01-01 02:00     trunk tax                              27     0         26        1          0            0          0       -          -
    "#]].assert_eq(&ran.out);
    assert_eq!(ran.err, "", "no progress is shown where there is no terminal");
}

#[test]
fn json_and_csv_have_every_hour_of_every_number() {
    let few = ["--rate", "30/h", "--weights", "12318=1,12333=1"];
    let json = rehearse(&[&few[..], &["--json"]].concat());
    json.check(0, &[]);
    let report: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(report["lines"][0]["number"], "12318");
    assert_eq!(report["lines"][0]["hours"].as_array().unwrap().len(), 4);
    assert_eq!(report["lines"][0]["hours"][2]["changed"], true);
    let total = report["total"]["calls"].as_u64().unwrap();
    let csv = rehearse(&[&few[..], &["--csv"]].concat());
    csv.check(0, &[]);
    let text = csv.out.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3 * 4);
    let calls = |of: fn(&csv::StringRecord) -> bool| -> u64 {
        rows.iter().filter(|row| of(row)).map(|row| row[7].parse::<u64>().unwrap()).sum()
    };
    assert_eq!((calls(|row| &row[0] == "all"), calls(|row| &row[0] != "all")), (total, total));
}

#[test]
fn recorded_calls_are_moved_to_the_rehearsed_night() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("cdr.csv");
    // The busiest day is the 20th. A call that a header named dials its hotline; the export's `'` is no digit.
    let text = "\u{feff}\"call\",\"arrived\",\"caller\",\"dialled\",\"hotline\",\"rule\",\"trunk_in\",\"talk_ms\"\r\n\
        c1,2021-11-20 22:10:00.000,138****0001,12318,12318,Request-URI,telecom,60000\r\n\
        c2,2021-11-20 23:59:59.999,13800000002,12345,12318,History-Info,telecom,0\r\n\
        c3,2021-11-20 00:00:01.000,13800000003,12318,12318,Request-URI,telecom,30000\r\n\
        c4,2021-11-20 12:00:00.000,13800000004,12345,12345,Request-URI,telecom,30000\r\n\
        c5,2021-11-21 22:30:00.000,13800000005,12333,12333,Request-URI,telecom,30000\r\n\
        c6,2021-11-20 01:30:00.000,'+8613800000006,12333,12333,Request-URI,,30000\r\n";
    fs::write(&file, text).unwrap();
    let ran = rehearse(&["--traffic", file.to_str().unwrap(), "--json"]);
    ran.check(0, &[]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["total"]["calls"], 4, "{}", ran.out);
    let calls = |line: usize| -> Vec<u64> {
        let hours = report["lines"][line]["hours"].as_array().unwrap();
        hours.iter().map(|hour| hour["figures"]["calls"].as_u64().unwrap()).collect()
    };
    assert_eq!((calls(0), calls(1)), (vec![1, 1, 1, 0], vec![0, 0, 0, 1]));
    assert_eq!(report["lines"][0]["hours"][2]["figures"]["intercepted"], 1);
    let ran = rehearse(&["--traffic", file.to_str().unwrap(), "--day", "2021-11-21", "--json"]);
    ran.check(0, &["\"12333\""]);
}

#[test]
fn what_is_mostly_a_slip_is_rehearsed_with_a_warning() {
    let few = ["--rate", "30/h", "--weights", "12391=1,12333=1", "--json"];
    let ran = rehearse(&few);
    ran.check(0, &["warning: the plan has no number 12391 (did you mean", "their callers count as `others`"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["lines"][1]["number"], serde_json::Value::Null);
    let far = |around| run(&["rehearse", WUXI, "--around", around, "--hours", "1", "--rate", "10/h"]);
    far("2012-01-01")
        .check(0, &["more than a year before the first of the plan's dates", "is the year right?"]);
    far("2201-01-01")
        .check(0, &["more than a year after the last of the plan's dates", "is the year right?"]);
    assert_eq!(far("2022-03-01").err, "");
}

#[test]
fn weights_are_read_as_a_spreadsheet_saves_them() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("weights.csv");
    let path = file.to_str().unwrap().to_owned();
    fs::write(&file, "\u{feff}\"number\",\"weight\"\r\n\"12318\",\"40\"\r\n# a remark\r\n'12333, 20\r\n")
        .unwrap();
    let ran = rehearse(&["--rate", "30/h", "--weights", &path, "--seed", "7", "--json"]);
    let same = rehearse(&["--rate", "30/h", "--weights", "12318=40,12333=20", "--seed", "7", "--json"]);
    ran.check(0, &["\"12318\"", "\"12333\""]);
    assert_eq!(ran.out, same.out);
    fs::write(&file, "12318,40\n12333,\"many\"\n").unwrap();
    rehearse(&["--rate", "30/h", "--weights", &path])
        .check(2, &["`many` is no weight of 12333", "weights.csv:2"]);
}

#[test]
fn what_cannot_be_rehearsed_is_refused_with_a_remedy() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("cdr.csv");
    let path = file.to_str().unwrap().to_owned();
    rehearse(&["--traffic", &path]).check(1, &["cannot read"]);
    fs::write(&file, "when,who\n1,2\n").unwrap();
    rehearse(&["--traffic", &path]).check(1, &["there is no column `arrived`", "tongjie cdr --csv"]);
    fs::write(&file, "arrived,dialled\nsoon,12319\n").unwrap();
    rehearse(&["--traffic", &path]).check(1, &["line 2: `soon` is no instant"]);
    fs::write(&file, "arrived,dialled\n").unwrap();
    rehearse(&["--traffic", &path]).check(1, &["holds no calls"]);
    fs::write(&file, "arrived,dialled\n2021-11-20 12:00:00,12319\n").unwrap();
    rehearse(&["--traffic", &path]).check(1, &["no recorded call falls into these hours"]);
    rehearse(&["--rate", "60"]).check(2, &["write it as 600/h"]);
    rehearse(&["--rate", "0/h"]).check(2, &["nobody would call"]);
    rehearse(&["--rate", "60/h", "--weights", "12318=0,12333=0"]).check(2, &["every weight is 0"]);
    for around in ["9999", "9999-12-31", "9998-01-01", "0001-01-01"] {
        let ran = run(&["rehearse", WUXI, "--around", around, "--hours", "48", "--rate", "60/h"]);
        ran.check(2, &[around, "help: "]);
    }
    rehearse(&["--rate", "6000000/h"]).check(2, &["cannot be rehearsed at once"]);
    rehearse(&["--rate", "60/h", "--trunk", "telecon"]).check(1, &["no trunk telecon", "telecom"]);
    rehearse(&["--rate", "60/h", "--weights", "12319=x"]).check(2, &["`x` is no weight"]);
    rehearse(&[]).check(2, &["--traffic", "--rate"]);
    run(&["rehearse", WUXI, "--around", "soon", "--rate", "60/h"]).check(2, &["soon is no instant"]);
    run(&["rehearse", "/nowhere", "--around", "2022-01-01", "--rate", "60/h"])
        .check(1, &["there is no plan here"]);
}
