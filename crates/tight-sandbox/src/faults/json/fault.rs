//! Faults in JSON. They have the names of [`Fault`]'s variants: `"dropAfter"`, `{"truncate": 10}`,
//! `{"setAt": ["/data/status", "ON_HOLD"]}`.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::{
    faults::{
        fault::Fault,
        json::reply::{self, status},
    },
    placed::{Placed, Wrong},
};

/// How a fault is read from what follows its name.
type Read = fn(&Placed<'_>) -> Result<Fault, Wrong>;

/// The faults of which there is nothing to say but the name.
const BARE: [(&str, Fault); 9] = [
    ("refuseStream", Fault::RefuseStream),
    ("dropBefore", Fault::DropBefore),
    ("dropAfter", Fault::DropAfter),
    ("stallBefore", Fault::StallBefore),
    ("stallAfter", Fault::StallAfter),
    ("expireTokenBefore", Fault::ExpireTokenBefore),
    ("expireTokenAfter", Fault::ExpireTokenAfter),
    ("reverseResults", Fault::ReverseResults),
    ("gzip", Fault::Gzip),
];

const DETAILED: [(&str, Read); 15] = [
    ("respondBefore", |of| {
        Ok(Fault::RespondBefore(reply::read(of)?))
    }),
    ("respondAfter", |of| {
        Ok(Fault::RespondAfter(reply::read(of)?))
    }),
    ("truncate", |of| Ok(Fault::Truncate(of.count()?))),
    ("stallWithin", |of| Ok(Fault::StallWithin(of.count()?))),
    ("drip", drip),
    ("setAt", set_at),
    ("removeResult", |of| Ok(Fault::RemoveResult(of.count()?))),
    ("repeatResult", |of| Ok(Fault::RepeatResult(of.count()?))),
    ("replaceResult", |of| {
        let [index, value] = of.pair("an array of an index and a value")?;
        Ok(Fault::ReplaceResult(index.count()?, value.value.clone()))
    }),
    ("alterResult", |of| {
        let [index, patch] = of.pair("an array of an index and a merge patch")?;
        Ok(Fault::AlterResult(index.count()?, patch.value.clone()))
    }),
    ("swapResults", |of| {
        let [one, other] = of.pair("an array of two indexes")?;
        Ok(Fault::SwapResults(one.count()?, other.count()?))
    }),
    ("alterResponse", |of| {
        Ok(Fault::AlterResponse(of.value.clone()))
    }),
    ("reportFailure", |of| {
        let errors = of.array()?.into_iter();
        Ok(Fault::ReportFailure(
            errors.map(|error| error.value.clone()).collect(),
        ))
    }),
    ("setStatus", |of| Ok(Fault::SetStatus(status(of)?.as_u16()))),
    ("several", |of| {
        let faults = of.array()?;
        let faults: Result<_, _> = faults.iter().map(read).collect();
        Ok(Fault::Several(faults?))
    }),
];

pub(super) fn read(fault: &Placed<'_>) -> Result<Fault, Wrong> {
    if fault.value.is_string() {
        let name = fault.text()?;
        let known = BARE.into_iter().find(|(known, _)| *known == name);
        return match known {
            Some((_, bare)) => Ok(bare),
            None if DETAILED.iter().any(|(known, _)| *known == name) => Err(fault.wrong(format!(
                "`{name}` needs more than its name: write {{\"{name}\": …}}"
            ))),
            None => Err(unknown(fault, name)),
        };
    }
    let form = "must be the name of a fault, or an object with one member: its name";
    let members = fault.value.is_object().then(|| fault.open_object());
    let members = members.ok_or_else(|| fault.wrong(form))??;
    let mut members = members.iter();
    let (Some((name, of)), None) = (members.next(), members.next()) else {
        return Err(fault.wrong(form));
    };
    match DETAILED.iter().find(|(known, _)| *known == name) {
        Some((_, read)) => read(&of),
        None if BARE.iter().any(|(known, _)| *known == name) => {
            Err(of.wrong(format!("`{name}` has no details: write \"{name}\"")))
        }
        None => Err(unknown(&of, name)),
    }
}

/// All names.
pub(crate) fn names() -> Vec<&'static str> {
    let bare = BARE.iter().map(|(name, _)| *name);
    bare.chain(DETAILED.iter().map(|(name, _)| *name)).collect()
}

fn unknown(place: &Placed<'_>, name: &str) -> Wrong {
    place.unknown("fault", name, &names())
}

fn drip(of: &Placed<'_>) -> Result<Fault, Wrong> {
    let members = of.object(&["bytes", "pauseMilliseconds"])?;
    let pause = members.need("pauseMilliseconds")?.whole_number()?;
    Ok(Fault::Drip {
        bytes: members.need("bytes")?.count()?,
        pause: Duration::from_millis(pause),
    })
}

fn set_at(of: &Placed<'_>) -> Result<Fault, Wrong> {
    let [pointer, value] = of.pair("an array of a JSON pointer and a value")?;
    let text = pointer.text()?;
    if !text.is_empty() && !text.starts_with('/') {
        return Err(pointer.wrong("is not a JSON pointer: write `/data/0/id`"));
    }
    Ok(Fault::SetAt(text.to_owned(), value.value.clone()))
}

/// The fault as it is read.
pub(super) fn write(fault: &Fault) -> Value {
    let (name, details) = match fault {
        Fault::RespondBefore(reply) => ("respondBefore", reply::write(reply)),
        Fault::RespondAfter(reply) => ("respondAfter", reply::write(reply)),
        Fault::RefuseStream => return json!("refuseStream"),
        Fault::DropBefore => return json!("dropBefore"),
        Fault::DropAfter => return json!("dropAfter"),
        Fault::StallBefore => return json!("stallBefore"),
        Fault::StallAfter => return json!("stallAfter"),
        Fault::Truncate(length) => ("truncate", json!(length)),
        Fault::StallWithin(length) => ("stallWithin", json!(length)),
        Fault::Drip { bytes, pause } => {
            let pause = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
            (
                "drip",
                json!({ "bytes": bytes, "pauseMilliseconds": pause }),
            )
        }
        Fault::ExpireTokenBefore => return json!("expireTokenBefore"),
        Fault::ExpireTokenAfter => return json!("expireTokenAfter"),
        Fault::SetAt(pointer, value) => ("setAt", json!([pointer, value])),
        Fault::RemoveResult(index) => ("removeResult", json!(index)),
        Fault::RepeatResult(index) => ("repeatResult", json!(index)),
        Fault::ReplaceResult(index, value) => ("replaceResult", json!([index, value])),
        Fault::AlterResult(index, patch) => ("alterResult", json!([index, patch])),
        Fault::SwapResults(one, other) => ("swapResults", json!([one, other])),
        Fault::ReverseResults => return json!("reverseResults"),
        Fault::AlterResponse(patch) => ("alterResponse", patch.clone()),
        Fault::ReportFailure(errors) => ("reportFailure", json!(errors)),
        Fault::SetStatus(status) => ("setStatus", json!(status)),
        Fault::Gzip => return json!("gzip"),
        Fault::Several(faults) => ("several", faults.iter().map(write).collect()),
    };
    Value::Object(Map::from_iter([(name.to_owned(), details)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::reply::Reply;

    /// Goes from variant to variant, so a new one does not compile until it has a place here.
    fn after(fault: &Fault) -> Option<Fault> {
        Some(match fault {
            Fault::RespondBefore(_) => {
                let page = Reply::html(502, "<h1>Bad gateway</h1>");
                Fault::RespondAfter(page.header("x-trace", "1").header("x-trace", "2"))
            }
            Fault::RespondAfter(_) => Fault::RefuseStream,
            Fault::RefuseStream => Fault::DropBefore,
            Fault::DropBefore => Fault::DropAfter,
            Fault::DropAfter => Fault::StallBefore,
            Fault::StallBefore => Fault::StallAfter,
            Fault::StallAfter => Fault::Truncate(10),
            Fault::Truncate(_) => Fault::StallWithin(500),
            Fault::StallWithin(_) => Fault::Drip {
                bytes: 100,
                pause: Duration::from_millis(20),
            },
            Fault::Drip { .. } => Fault::ExpireTokenBefore,
            Fault::ExpireTokenBefore => Fault::ExpireTokenAfter,
            Fault::ExpireTokenAfter => Fault::SetAt("/data/status".to_owned(), json!("ON_HOLD")),
            Fault::SetAt(..) => Fault::RemoveResult(1),
            Fault::RemoveResult(_) => Fault::RepeatResult(2),
            Fault::RepeatResult(_) => Fault::ReplaceResult(0, json!(null)),
            Fault::ReplaceResult(..) => Fault::AlterResult(0, json!({ "data": { "id": null } })),
            Fault::AlterResult(..) => Fault::SwapResults(0, 3),
            Fault::SwapResults(..) => Fault::ReverseResults,
            Fault::ReverseResults => Fault::AlterResponse(json!({ "result": "MAYBE" })),
            Fault::AlterResponse(_) => Fault::ReportFailure(vec![json!({ "message": "No" })]),
            Fault::ReportFailure(_) => Fault::SetStatus(500),
            Fault::SetStatus(_) => Fault::Gzip,
            Fault::Gzip => Fault::Several(vec![
                Fault::Gzip,
                Reply::status(200)
                    .body("application/octet-stream", [0xff])
                    .into(),
            ]),
            Fault::Several(_) => return None,
        })
    }

    #[test]
    fn every_fault_is_read_as_it_is_written() {
        let mut written_names = Vec::new();
        let mut fault = Some(Fault::from(Reply::status(503)));
        while let Some(known) = fault {
            let written = write(&known);
            assert_eq!(read(&Placed::whole(&written)).unwrap(), known, "{written}");
            written_names.push(match &written {
                Value::String(name) => name.clone(),
                of => of.as_object().unwrap().keys().next().unwrap().clone(),
            });
            fault = after(&known);
        }
        let mut known = names();
        known.sort_unstable();
        written_names.sort_unstable();
        assert_eq!(written_names, known);
    }
}
