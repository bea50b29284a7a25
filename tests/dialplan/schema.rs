//! The JSON Schema editors read: in step with the types, and every sample plan passes it.

use std::path::Path;

use expect_test::expect_file;
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
    for (key, inner) in value.as_object().into_iter().flatten() {
        let at = format!("{at}.{key}");
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
    ] {
        let error = judge(text).expect_err(text);
        assert!(error.contains(why), "{why}\n{error}");
    }
    for text in [
        "[hotline.x]\ndigits = \"12356\"\nfrom = 2021-01-01\nannounce = { trial = \"a\" }\nafter-cancel = { reject = 410 }\n",
        "[hotline.x]\nafter-cancel = \"keep\"\ntrunk = [\"a\", \"b\"]\nannounce = \"a\"\n",
        "[alias]\n12331 = \"12315\"\n12332 = { to = \"12315\", name = \"x\" }\n[out-of-scope]\n12388 = \"x\"\n",
        "[agent.1]\nskills = [\"*\", { skill = \"a\", level = 2 }]\n",
        "include = [\"../a.toml\"]\n[hours.h]\nweek = { mon-fri = [\"08:30-12:00\"] }\nworking-as = \"fri\"\n",
    ] {
        judge(text).unwrap();
    }
}
