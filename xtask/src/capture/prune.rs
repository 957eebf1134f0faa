//! Removes the end of a cut sample: members that are named, but whose values are not shown.

use super::reading::{Reading, Shown, TextEnd};

/// The reading without what its samples show nothing of, and the places of that.
pub(super) fn pruned(reading: &Reading) -> (Reading, Vec<String>) {
    let mut reading = reading.clone();
    let mut places = Vec::new();
    let payload = match reading.end {
        Some(TextEnd::RequestSample(_)) => &mut reading.request,
        Some(TextEnd::AnswerSample(_)) => &mut reading.answer,
        _ => return (reading, places),
    };
    if let Some(payload) = payload
        && let Some(sample) = &mut payload.sample
        && !prune(sample, "", &mut Vec::new(), &mut places)
    {
        payload.sample = None;
    }
    (reading, places)
}

/// Prunes the last value of each object and list, and says whether anything is left. `within` are the properties that it stands
/// below.
fn prune(
    shown: &mut Shown,
    place: &str,
    within: &mut Vec<String>,
    places: &mut Vec<String>,
) -> bool {
    match shown {
        Shown::Cut => false,
        Shown::Object(members) => {
            if let Some((name, last)) = members.last_mut() {
                let place = match place.is_empty() {
                    true => name.clone(),
                    false => format!("{place}.{name}"),
                };
                within.push(name.clone());
                let is_left = prune(last, &place, within, places);
                within.pop();
                if !is_left {
                    // What it stands in may be left out, too, and needs no word of its own.
                    if places.is_empty() {
                        places.push(place);
                    }
                    members.pop();
                }
            }
            !members.is_empty()
        }
        Shown::List(items) => {
            if let Some(last) = items.last_mut()
                && !prune(last, &format!("{place}[]"), within, places)
            {
                items.pop();
            }
            // A tree ends in an empty list of what it is made of.
            let is_leaf = within
                .split_last()
                .is_some_and(|(own, others)| others.contains(own));
            !items.is_empty() || is_leaf
        }
        _ => true,
    }
}
