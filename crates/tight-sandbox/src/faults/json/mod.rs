//! Orders of faults in JSON, for tests in any language. They mirror the sentence in Rust:
//! `{"operation": "saveMessages", "pass": 2, "times": 3, "fault": "dropAfter"}`.

pub(crate) mod fault;
mod matching;
mod reply;

use serde_json::{Map, Value, json};

use crate::{
    faults::orders::{Chance, Order, Orders, Target},
    placed::{Placed, Wrong},
};

const FIELDS: [&str; 8] = [
    "operation",
    "matching",
    "pass",
    "times",
    "always",
    "probability",
    "seed",
    "fault",
];

/// What of an operation's name is needed: to find it, and to show it.
pub(crate) trait OperationNames {
    /// The number of the operation with this id, or else the ids of all.
    fn number(&self, id: &str) -> Result<usize, Vec<&str>>;

    fn id(&self, number: usize) -> Option<&str>;

    /// The operation that issues tokens.
    fn token_operation(&self) -> Option<&str>;
}

/// Adds the order that `value` states.
pub(crate) fn order(
    value: &Value,
    operations: &impl OperationNames,
    orders: &Orders,
) -> Result<(), Wrong> {
    orders.add(read(&Placed::whole(value), operations)?);
    Ok(())
}

/// All orders that no request has used up yet, oldest first, with what is left of them.
pub(crate) fn pending(orders: &Orders, operations: &impl OperationNames) -> Value {
    let pending = orders.left();
    pending
        .iter()
        .map(|order| write(order, operations))
        .collect()
}

fn read(order: &Placed<'_>, operations: &impl OperationNames) -> Result<Order, Wrong> {
    let members = order.object(&FIELDS)?;
    let fault = fault::read(&members.need("fault")?)?;
    let target = match members.get("operation") {
        None => Target::Api,
        Some(operation) => {
            let id = operation.text()?;
            let number = operations.number(id);
            Target::Operation(number.map_err(|known| operation.unknown("operation", id, &known))?)
        }
    };
    let matching = members.get("matching");
    let condition = matching.as_ref().map(matching::read).transpose()?;
    let pass = members.get("pass").map(|pass| pass.count()).transpose()?;
    let chance = match (members.get("probability"), members.get("seed")) {
        (None, None) => None,
        (None, Some(seed)) => return Err(seed.wrong("a seed needs a `probability`")),
        (Some(probability), seed) => {
            let number = probability.number()?;
            if !(0.0..=1.0).contains(&number) {
                return Err(probability.wrong("is not a probability: use 0.0 to 1.0"));
            }
            let seed = seed.ok_or_else(|| {
                let message = "give a `seed`, too: with it, the same requests fail in every run";
                probability.wrong(message)
            })?;
            Some(Chance::new(number, seed.whole_number()?))
        }
    };
    let times = match (members.get("times"), members.get("always")) {
        (Some(_), Some(always)) => {
            return Err(always.wrong("`times` and `always` cannot both be given"));
        }
        (Some(times), None) => match times.count()? {
            0 => return Err(times.wrong("nothing fails 0 times: use 1 or more")),
            count => Some(count),
        },
        (None, Some(always)) => match always.boolean()? {
            true => None,
            false => return Err(always.wrong("must be true, or left out")),
        },
        // A probability is for all requests unless it is limited.
        (None, None) if chance.is_some() => None,
        (None, None) => Some(1),
    };
    Ok(Order {
        target,
        conditions: condition.into_iter().collect(),
        matching: matching.map(|matching| matching.value.clone()),
        pass: pass.unwrap_or_default(),
        times,
        chance,
        fault,
        is_met: false,
    })
}

fn write(order: &Order, operations: &impl OperationNames) -> Value {
    let mut written = Map::new();
    let mut add = |name: &str, value: Value| {
        written.insert(name.to_owned(), value);
    };
    let operation = match order.target {
        Target::Api => None,
        Target::Tokens => operations.token_operation(),
        Target::Operation(number) => operations.id(number),
    };
    if let Some(operation) = operation {
        add("operation", json!(operation));
    }
    match &order.matching {
        Some(matching) => add("matching", matching.clone()),
        None if order.conditions.is_empty() => {}
        None => add("matching", json!("a condition in Rust")),
    }
    if order.pass > 0 {
        add("pass", json!(order.pass));
    }
    match order.times {
        Some(times) => add("times", json!(times)),
        None => add("always", json!(true)),
    }
    if let Some(chance) = &order.chance {
        add("probability", json!(chance.probability));
        add("seed", json!(chance.seed));
    }
    add("fault", fault::write(&order.fault));
    Value::Object(written)
}
