use serde_json::Value;
use xtask::capture::reading::*;
use xtask::layout::Checkout;
fn shown(v: &Value) -> Shown {
    match v {
        Value::Object(m) => Shown::Object(m.iter().map(|(k, v)| (k.clone(), shown(v))).collect()),
        Value::Array(l) => Shown::List(l.iter().map(shown).collect()),
        Value::String(s) => Shown::text(s),
        Value::Number(n) => Shown::number(n.clone()),
        Value::Bool(b) => Shown::flag(*b),
        Value::Null => Shown::Written(Value::Null),
    }
}
fn main() {
    let own = Checkout::own();
    let root = std::env::args().nth(1).unwrap();
    let checkout = Checkout::at(&root);
    let generated = xtask::commands::generate(&own).unwrap();
    let mut readings = Vec::new();
    for page in generated.sources.pages() {
        let doc = page.document.to_value();
        let (path, ops) = doc["paths"].as_object().unwrap().iter().next().unwrap();
        let (method, op) = ops.as_object().unwrap().iter().next().unwrap();
        let id = op["operationId"].as_str().unwrap();
        let mut r = Reading {
            title: doc["info"]["title"].as_str().unwrap().into(),
            method: method.clone(),
            path: path.clone(),
            address: op["externalDocs"]["url"].as_str().map(Into::into),
            server: Some("https://sandbox.tight.com".into()),
            authorization: Authorization::Bearer,
            ..Reading::default()
        };
        for s in generated.samples.iter().filter(|s| s.operation == id) {
            let v: Value =
                serde_json::from_str(&own.read(&format!("openapi/samples/{}", s.name)).unwrap())
                    .unwrap();
            use xtask::sample::Showing::*;
            match &s.showing {
                Elsewhere => continue,
                Beginning if s.is_answer => r.end = Some(End::AnswerSample("x".into())),
                _ => {}
            }
            let p = if s.is_answer {
                &mut r.answer
            } else {
                &mut r.request
            };
            let p = p.get_or_insert_default();
            if let Part(name) = &s.showing {
                p.media = Some("multipart/form-data".into());
                p.parts.push(Part2("file", PartContent::File));
                p.parts.push(Part2(name, PartContent::Json(shown(&v))));
            } else {
                p.sample = Some(shown(&v));
            }
        }
        for p in op["parameters"].as_array().into_iter().flatten() {
            r.parameters.push(Parameter {
                place: match p["in"].as_str().unwrap() {
                    "path" => In::Path,
                    "query" => In::Query,
                    _ => In::Header,
                },
                attribute: Attribute {
                    name: p["name"].as_str().unwrap().into(),
                    options: p["schema"]["enum"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .map(|v| v.as_str().unwrap().to_owned())
                        .collect(),
                    is_required: p["required"] == true,
                    is_nullable: p["schema"]["nullable"] == true,
                    maximum: p["schema"]["maximum"].as_i64(),
                    type_words: (p["schema"]["type"] == "integer").then(|| "integer<int32>".into()),
                    ..Attribute::default()
                },
            });
        }
        readings.push((page.file.clone(), r));
    }
    match xtask::capture::capture(&checkout, &readings) {
        Err(f) => {
            eprintln!("{f}");
            std::process::exit(1)
        }
        Ok(pages) => {
            for page in pages {
                for note in &page.notes {
                    if !note.starts_with("taken") {
                        println!("{}   {note}", page.path());
                    }
                }
                std::fs::write(checkout.resolve(page.path()), page.text()).unwrap();
            }
        }
    }
}
#[allow(non_snake_case)]
fn Part2(name: &str, content: PartContent) -> Part {
    Part {
        name: name.into(),
        content,
    }
}
