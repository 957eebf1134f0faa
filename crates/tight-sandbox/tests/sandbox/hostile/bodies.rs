//! Bodies that nearly are what the document says, made of choices: one byte decides each value.

use serde_json::{Map, Value, json};

/// How deeply bodies are filled: schemas may contain themselves.
const DEPTH: usize = 7;

/// Values that hardly anything expects.
fn odd(number: u8) -> Value {
    let odd = [
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(0.5),
        json!(1e300),
        json!(""),
        json!(" "),
        json!("\u{0}\u{202e}"),
        json!("9999-12-31T23:59:60Z"),
        json!("0000-00-00"),
        json!("1970-01-01T00:00:00+99:99"),
        json!("100000000000000000000000000000.1"),
        json!("../messages"),
        json!("x".repeat(70_000)),
        json!([]),
        json!({}),
        json!([null, {}, [[]]]),
        json!({ "id": null, "": { "id": [] } }),
    ];
    odd[usize::from(number) % odd.len()].clone()
}

/// Choices, each a byte; all further ones are the same.
pub(crate) struct Choices<'a>(pub(crate) &'a [u8]);

impl Choices<'_> {
    pub(crate) fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0x55;
        };
        self.0 = rest;
        *first
    }
}

/// Makes values of schemas. `ids` are those that the server has told so far.
pub(crate) struct Maker<'a> {
    pub(crate) document: &'a Value,
    pub(crate) ids: &'a [String],
}

impl Maker<'_> {
    pub(crate) fn value(
        &self,
        schema: &Value,
        name: &str,
        depth: usize,
        choices: &mut Choices<'_>,
    ) -> Value {
        let choice = choices.next();
        // One value of thirty-two is odd.
        if choice >> 3 == 0 {
            return odd(choices.next());
        }
        let schema = self.whole(schema);
        let keyword = |name: &str| schema.get(name).and_then(Value::as_str);
        let values = schema.get("enum").and_then(Value::as_array);
        if let Some(value) =
            values.and_then(|values| values.get(usize::from(choice) % values.len()))
        {
            return value.clone();
        }
        if let Some(Value::Object(properties)) = schema.get("properties") {
            return self.object(&schema, properties, depth, choices);
        }
        match keyword("type") {
            Some("array") if depth > DEPTH => json!([]),
            Some("array") => {
                let length = choices.next() % 4;
                let items =
                    (0..length).map(|_| self.value(&schema["items"], name, depth + 1, choices));
                Value::Array(items.collect())
            }
            Some("integer" | "number") => json!(i64::from(choice) - 20),
            Some("boolean") => json!(choice.is_multiple_of(2)),
            Some("string") => match (keyword("format"), schema.get("example")) {
                (Some("date"), _) => json!(format!("2024-02-{:02}", choice % 32)),
                (Some("date-time"), _) => json!(format!("2024-02-29T{:02}:00:00Z", choice % 26)),
                (Some("decimal"), _) => json!(format!("{choice}.5")),
                _ if name.to_lowercase().ends_with("id") => json!(self.id(choice)),
                (_, Some(example)) if choice.is_multiple_of(2) => example.clone(),
                _ => json!(["", "a", "message 1", "ä\u{301}", "cursor"][usize::from(choice) % 5]),
            },
            _ => json!({}),
        }
    }

    fn object(
        &self,
        schema: &Map<String, Value>,
        properties: &Map<String, Value>,
        depth: usize,
        choices: &mut Choices<'_>,
    ) -> Value {
        let required = schema.get("required").and_then(Value::as_array);
        let is_required = |name: &str| {
            required.is_some_and(|required| required.iter().any(|other| other == name))
        };
        let mut object = Map::new();
        for (name, property) in properties {
            // Large objects and deep ones would be too large with all they may have.
            let most = if depth > 2 || properties.len() > 8 {
                64
            } else {
                160
            };
            let choice = choices.next();
            let is_there = if is_required(name) {
                choice > 4
            } else {
                choice < most && depth < DEPTH
            };
            if is_there {
                object.insert(name.clone(), self.value(property, name, depth + 1, choices));
            }
        }
        if choices.next() == 0 {
            object.insert("notDocumented".to_owned(), odd(choices.next()));
        }
        Value::Object(object)
    }

    /// The id of something that was told, or of nothing.
    pub(crate) fn id(&self, choice: u8) -> &str {
        let number = usize::from(choice) % (self.ids.len() + 1);
        self.ids.get(number).map_or("msg_1", String::as_str)
    }

    /// A schema without references, and with the parts that it is put together from.
    fn whole(&self, schema: &Value) -> Map<String, Value> {
        if let Some(reference) = schema["$ref"].as_str() {
            let referred = self.document.pointer(reference.trim_start_matches('#'));
            return self.whole(referred.unwrap());
        }
        let mut all = schema.as_object().cloned().unwrap_or_default();
        if let Some(Value::Array(parts)) = all.remove("allOf") {
            for part in parts {
                for (keyword, value) in self.whole(&part) {
                    all.entry(keyword).or_insert(value);
                }
            }
        }
        all
    }
}
