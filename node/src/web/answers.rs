//! What a command answered, in the language of the screen: the answer is kept in English with its values.

use schemas::said::Arg;
use serde_json::Value;

use crate::lang::Say;

/// What was done: `done-<kind of command>`, with the values of the answer by name.
pub(super) fn message(say: &Say, kind: &str, answer: &Value) -> String {
    let args = values(answer);
    let args: Vec<(&str, Arg)> = args.iter().map(|(name, arg)| (name.as_str(), arg.clone())).collect();
    match answer["message"].as_str() {
        Some(english) => say.rule(&key(kind, answer), None, &args, english),
        None => say.t("done").to_string(),
    }
}

/// What is left to do: each sentence in English, and beside them what other languages need to say the same.
pub(super) fn todo(say: &Say, answer: &Value) -> Vec<String> {
    todo_without(say, answer, &[])
}

/// The same without what is settled since, by the names of the sentences.
pub(super) fn todo_without(say: &Say, answer: &Value, settled: &[&str]) -> Vec<String> {
    let sentences = answer["todo"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let hint = |at: usize| answer["hints"].get(at).and_then(|hint| Some((hint.get(0)?.as_str()?, hint.get(1)?)));
    let in_words = |(at, english): (usize, &str)| {
        let (key, given) = hint(at).unwrap_or(("", &Value::Null));
        if settled.contains(&key) {
            return None;
        }
        Some(say.rule(key, None, &say.kept(given), english))
    };
    sentences.enumerate().filter_map(in_words).collect()
}

/// Kinds that answer with several wordings have a key for each.
fn key(kind: &str, answer: &Value) -> String {
    let variant = match kind {
        "board" if answer["booking"].is_null() => "-infant",
        "add-bag" if answer["booking"].is_null() => "-rush",
        "import-host-list" | "import-message" if answer["known"] == true => "-host-known",
        "import-host-list" | "import-message" if answer["rows"].is_number() => "-host",
        "import-list" | "import-message" if answer["movements"].is_array() => "-movement",
        "import-list" | "import-message" if answer["bags"].is_number() => "-bags",
        "import-list" | "import-message" if answer["on"].is_number() => "-changes",
        "import-list" | "import-message" if answer["guests"].is_null() => "-known",
        "import-list" | "import-message" => "-names",
        _ => "",
    };
    match kind {
        "import-list" | "import-message" | "import-host-list" => format!("done-import{variant}"),
        _ => format!("done-{kind}{variant}"),
    }
}

/// The values of an answer by name: texts and numbers as they are, lists by their length, figures within by theirs.
fn values(answer: &Value) -> Vec<(String, Arg)> {
    let mut values = Vec::new();
    for (name, value) in answer.as_object().into_iter().flatten() {
        match value {
            Value::Object(inner) => {
                values.extend(inner.iter().filter(|(_, value)| value.is_number()).map(|(name, value)| (name.clone(), Arg::read(value))))
            }
            Value::Array(list) => values.push((name.clone(), Arg::from(list.len()))),
            Value::String(text) if name == "flight" || name == "to" => {
                values.push((name.clone(), text.parse().map_or_else(|_| Arg::from(text), Arg::Flight)))
            }
            Value::String(_) | Value::Number(_) => values.push((name.clone(), Arg::read(value))),
            Value::Null | Value::Bool(_) => {}
        }
    }
    values
}
