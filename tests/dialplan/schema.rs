//! The JSON Schema editors read: in step with the types, and every sample plan passes it.

use std::path::Path;

use expect_test::expect_file;
use regex::Regex;
use serde_json::{Value, json};
use tongjie::dialplan::json_schema;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// As much of draft 7 as the schema uses; `Err` names the place.
fn valid(schema: &Value, value: &Value, whole: &Value, at: &str) -> Result<(), String> {
    let fail = |why: &str| Err(format!("{at}: {why}: {value}"));
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.strip_prefix("#/definitions/").unwrap_or_else(|| panic!("{name}"));
        return valid(&whole["definitions"][name], value, whole, at);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        valid(part, value, whole, at)?;
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(choices) = schema[key].as_array() {
            let fits: Vec<_> = choices.iter().map(|choice| valid(choice, value, whole, at)).collect();
            if !fits.iter().any(Result::is_ok) {
                return fits.into_iter().next().unwrap_or_else(|| fail("no choice"));
            }
        }
    }
    if schema.get("const").is_some_and(|only| only != value) {
        return fail("is not the one word here");
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        return fail("is not one of the choices");
    }
    let kind = match value {
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::Null => "null",
    };
    if schema["type"].as_str().is_some_and(|wanted| wanted != kind) {
        return fail("is of another type");
    }
    if let (Some(pattern), Some(text)) = (schema["pattern"].as_str(), value.as_str())
        && !Regex::new(pattern).unwrap().is_match(text)
    {
        return fail("is not written like this");
    }
    if value
        .as_str()
        .is_some_and(|text| schema["minLength"].as_u64().is_some_and(|n| (text.len() as u64) < n))
    {
        return fail("is empty");
    }
    let number = value.as_i64();
    if number.is_some_and(|n| schema["minimum"].as_i64().is_some_and(|least| n < least))
        || number.is_some_and(|n| schema["maximum"].as_i64().is_some_and(|most| n > most))
    {
        return fail("is out of range");
    }
    for (key, inner) in value.as_object().into_iter().flatten() {
        let at = format!("{at}.{key}");
        valid(&schema["propertyNames"], &json!(key), whole, &at)?;
        match (&schema["properties"][key], &schema["additionalProperties"]) {
            (Value::Null, Value::Bool(false)) => return Err(format!("{at}: nobody knows this key")),
            (Value::Null, Value::Null) => {}
            (Value::Null, rest) => valid(rest, inner, whole, &at)?,
            (own, _) => valid(own, inner, whole, &at)?,
        }
    }
    for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(required).is_none() {
            return fail(&format!("`{required}` is missing"));
        }
    }
    for (i, item) in value.as_array().into_iter().flatten().enumerate() {
        valid(&schema["items"], item, whole, &format!("{at}[{i}]"))?;
    }
    Ok(())
}

/// A TOML file as an editor's checker sees it: dates are strings.
fn as_json(value: toml::Value) -> Value {
    match value {
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, as_json(value))).collect(),
        toml::Value::Array(items) => items.into_iter().map(as_json).collect(),
        toml::Value::Datetime(date) => json!(date.to_string()),
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(n) => json!(n),
        toml::Value::Float(x) => json!(x),
        toml::Value::Boolean(b) => json!(b),
    }
}

fn judge(text: &str) -> Result<(), String> {
    let schema = json_schema();
    let file = as_json(toml::Value::Table(text.parse().unwrap_or_else(|e| panic!("{e}\n{text}"))));
    valid(&schema, &file, &schema, "file")
}

#[test]
fn the_schema_in_the_repository_is_the_one_the_types_make() {
    expect_file![root().join("dialplan/schema.json")].assert_eq(&format!("{:#}\n", json_schema()));
}

#[test]
fn every_sample_plan_passes_the_schema_and_says_where_it_is() {
    let mut seen = 0;
    for city in std::fs::read_dir(root().join("dialplan")).unwrap() {
        let city = city.unwrap().path();
        for file in std::fs::read_dir(&city).into_iter().flatten() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|ext| ext == "toml") {
                let text = std::fs::read_to_string(&path).unwrap();
                judge(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
                assert!(text.starts_with("#:schema ../schema.json\n"), "{}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen >= 8, "{seen}");
    judge(tongjie::sim::fixture::PLAN).unwrap();
}

#[test]
fn an_editor_marks_what_the_checker_would_refuse() {
    for (text, why) in [
        ("[hotlin.12319]\n", "file.hotlin: nobody knows this key"),
        ("[hotline.12319]\nmodus = \"direct\"\n", "file.hotline.12319.modus: nobody knows this key"),
        ("[hotline.12319]\nmode = \"merged\"\n", "is not one of the choices"),
        ("[hotline.12319]\nseats = 7\n", "file.hotline.12319.seats"),
        ("[hotline.12319]\noverflow = { when = [\"never\"] }\n", "is not one of the choices"),
        ("[emergency.110]\nqueue = \"general\"\n", "file.emergency.110.queue: nobody knows this key"),
        ("[queue.q]\nring = 20\n", "file.queue.q.ring"),
        ("test = { name = \"x\" }\n", "file.test"),
        ("[agent.1]\nskills = [{ skill = \"a\" }]\n", "file.agent.1.skills[0]"),
        ("[trunk.t]\nidentify = [\"from\"]\n", "file.trunk.t.identify[0]"),
        ("[hotline.1]\nmode = \"direct\"\n", "file.hotline.1: `name` is missing"),
        ("[emergency.110]\nname = \"x\"\n", "file.emergency.110: `trunks` is missing"),
        ("[wave.w]\ncancel = \"soon\"\n", "file.wave.w.cancel"),
        ("[wave.w]\ncancel = \"2022-13-01\"\n", "file.wave.w.cancel"),
        ("[queue.q]\nring = \"\"\n", "file.queue.q.ring: is empty"),
        ("[queue.q]\nring = \"20 s\"\n", "file.queue.q.ring: is not written like this"),
        ("[queue.q]\nfull = { status = 200 }\n", "file.queue.q.full.status: is out of range"),
        (
            "[hotline.1]\nname = \"x\"\nmode = \"direct\"\nafter-cancel = { reject = 200 }\n",
            "file.hotline.1.after-cancel",
        ),
        ("[hours.h]\nweek = { mon-fry = [\"08:30-12:00\"] }\n", "file.hours.h.week.mon-fry"),
        ("[hours.h]\nweek = { mon-fri = [\"8-9\"] }\n", "file.hours.h.week.mon-fri[0]"),
        ("[calendar.c]\nholidays = [\"2022-01-99\"]\n", "file.calendar.c.holidays[0]"),
    ] {
        let error = judge(text).expect_err(text);
        assert!(error.contains(why), "{why}\n{error}");
    }
    for text in [
        "[hotline.x]\nname = \"x\"\nmode = \"full-merge\"\ndigits = \"12356\"\nfrom = 2021-01-01\nannounce = { trial = \"a\" }\nafter-cancel = { reject = 410 }\n",
        "[hotline.x]\nname = \"x\"\nmode = \"sub-center\"\nafter-cancel = \"keep\"\ntrunk = [\"a\", \"b\"]\nannounce = \"a\"\n",
        "[wave.w]\ntrial = 2021-12-01T08:30:00+08:00\nformal = 2021-12-02 00:00:00\n",
        "[alias]\n12331 = \"12315\"\n12332 = { to = \"12315\", name = \"x\" }\n[out-of-scope]\n12388 = \"x\"\n",
        "[agent.1]\npassword = \"x\"\nskills = [\"*\", { skill = \"a\", level = 2 }]\n",
        "include = [\"../a.toml\"]\n[hours.h]\nweek = { mon-fri = [\"08:30-12:00\"], sun = [\"22:00-06:00\"] }\nworking-as = \"fri\"\n",
        "[calendar.c]\nworking = [\"2022-01-29\", \"2022-01-29..2022-01-30\"]\n",
    ] {
        judge(text).unwrap();
    }
}

#[test]
fn an_editor_can_say_of_every_key_what_it_means() {
    let schema = json_schema();
    let mut keys = 0;
    let rows = schema["definitions"].as_object().unwrap().values().chain([&schema]);
    for (key, row) in rows.flat_map(|row| row["properties"].as_object().into_iter().flatten()) {
        assert!(row["description"].is_string(), "{key}: {row}");
        keys += 1;
    }
    assert!(keys > 100, "{keys}");
}
