//! Webhooks: what is read of an event, and who is taken for Tight.

use std::time::{Duration, SystemTime};

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::{Value, json};
use tight_api::types::{EntityUpdate, LifecycleEventName};
use tight_api::webhooks::{Entity, Error, Event, VERIFICATION_HEADER, Verifier};

const SECRET: &str = "a webhook secret";
const NOW: u64 = 1_743_507_064;

fn event(body: &Value) -> Event {
    Event::from_slice(body.to_string().as_bytes()).unwrap()
}

fn update(url: &str, data: Value) -> Value {
    json!({
        "editor": { "userId": "user_1" },
        "company": { "id": "co_1", "apiCompanyId": "own_1" },
        "type": "ENTITY_UPDATE",
        "url": url,
        "data": data,
    })
}

fn updated(body: &Value) -> (Entity, Box<EntityUpdate>) {
    match event(body) {
        Event::EntityUpdate { entity, event } => (entity, event),
        other => panic!("{other:?}"),
    }
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn verifier() -> Verifier {
    let verifier = Verifier::new(SECRET).unwrap();
    verifier.with_clock(|| at(NOW))
}

/// A token with this header, signed whatever it says.
fn signed(header: &Value, claims: &Value) -> String {
    use hmac::Mac;
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(message.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    format!("{message}.{signature}")
}

fn token(claims: Value) -> String {
    signed(&json!({ "alg": "HS256", "typ": "JWT" }), &claims)
}

#[test]
fn an_entity_is_the_type_that_stands_at_its_path() {
    let data = json!({ "id": "btn_936723", "amount": -1250 });
    let (entity, event) = updated(&update("/v6/banks/transactions/btn_936723", data));
    let Entity::BankTransaction(transaction) = entity else {
        panic!("{entity:?}");
    };
    assert_eq!(transaction.id.as_deref(), Some("btn_936723"));
    assert_eq!(
        event.url.as_deref(),
        Some("/v6/banks/transactions/btn_936723")
    );
    let company = event.company.unwrap();
    assert_eq!(company.api_company_id.as_deref(), Some("own_1"));
}

#[test]
fn nested_collections_saved_ones_and_whole_addresses_are_told_apart() {
    for (url, expected) in [
        ("/v6/banks/transactions/rules/rul_1", "TransactionRule"),
        ("/v6/mileage/mil_1", "Mileage"),
        ("/v6/mileage/cars/car_1", "MileageCar"),
        ("/v6/vendors/ven_1", "Vendor"),
        ("/v6/taxes/setup", "TaxProfile"),
        (
            "https://prod.tight.com/v6/messages/msg_1?expand=author",
            "Message",
        ),
        ("v6/files/fil_1/", "File"),
        ("/v6/conversations/con_1/messages", "Other"),
        ("/v6/conversations", "Other"),
        ("/v7/conversations/con_1", "Other"),
        ("/v6/auditTrail/btn_1", "Other"),
        ("https://prod.tight.com", "Other"),
        ("", "Other"),
    ] {
        let (entity, _) = updated(&update(url, json!({ "id": "x" })));
        let shown = format!("{entity:?}");
        assert!(shown.starts_with(&format!("{expected}(")), "{url}: {shown}");
    }
}

#[test]
fn what_is_not_known_is_kept() {
    let data = json!({ "id": "x_1", "weight": 3 });
    let (entity, _) = updated(&update("/v6/parcels/x_1", data.clone()));
    assert_eq!(entity, Entity::Other(data));

    for body in [
        json!({ "type": "PARCEL", "id": 1 }),
        json!({}),
        json!([1]),
        Value::Null,
    ] {
        assert_eq!(event(&body), Event::Other(body));
    }

    let body =
        json!({ "type": "LIFECYCLE", "event": "parcelLost", "eventData": { "where": "here" } });
    let Event::Lifecycle(lost) = event(&body) else {
        panic!("another event")
    };
    assert_eq!(lost.event.as_ref().unwrap().as_str(), "parcelLost");
    assert_eq!(serde_json::to_value(&lost).unwrap(), body);
}

#[test]
fn a_lifecycle_event_is_read() {
    let body = json!({
        "editor": { "userId": "user_1" },
        "company": { "id": "co_1" },
        "type": "LIFECYCLE",
        "event": "bankAccountCreated",
        "datetime": "2025-04-01T11:31:04.1Z",
        "eventData": { "entityId": "ba_1", "apiName": "PLAID", "type": "DEPOSITORY" },
    });
    let Event::Lifecycle(created) = event(&body) else {
        panic!("another event")
    };
    assert_eq!(created.event, Some(LifecycleEventName::BankAccountCreated));
    let time = created.datetime.unwrap().system_time().unwrap();
    assert_eq!(time, at(NOW) + Duration::from_millis(100));
    assert_eq!(
        created.event_data.unwrap().entity_id.as_deref(),
        Some("ba_1")
    );
}

#[test]
fn an_odd_field_costs_at_most_itself() {
    let body = update(
        "/v6/messages/msg_1",
        json!({ "id": 7, "text": "Thanks", "status": null, "new": 1 }),
    );
    let (Entity::Message(message), event) = updated(&body) else {
        panic!("another entity")
    };
    assert_eq!(message.text.as_deref(), Some("Thanks"));
    assert_eq!(message.id, None);
    assert_eq!(message.unknown_fields.get("id"), Some("7"));
    assert_eq!(event.data.unwrap()["new"], 1);

    // No entity, or one that is no object, is no reason to lose the event.
    for data in [Value::Null, json!(["msg_1"]), json!("msg_1")] {
        let (entity, event) = updated(&update("/v6/messages/msg_1", data.clone()));
        assert_eq!(entity, Entity::Other(data));
        assert!(event.company.is_some());
    }
    let body = json!({ "type": "ENTITY_UPDATE", "url": 5, "editor": "user_1" });
    let (entity, event) = updated(&body);
    assert_eq!(entity, Entity::Other(Value::Null));
    assert_eq!(event.unknown_fields.get("editor"), Some("\"user_1\""));
}

#[test]
fn numbers_and_broken_characters_are_kept() {
    let body = br#"{"type":"ENTITY_UPDATE","url":"/v6/banks/transactions/b","data":{"id":"b","amount":12345678901234567890.10,"description":"caf\ud83d"}}"#;
    let Event::EntityUpdate {
        entity: Entity::BankTransaction(transaction),
        ..
    } = Event::from_slice(body).unwrap()
    else {
        panic!("another event")
    };
    let amount = serde_json::to_string(&transaction.amount).unwrap();
    assert_eq!(amount, "12345678901234567890.10");
    assert_eq!(transaction.description.as_deref(), Some("caf\u{fffd}"));

    for body in [
        &b"{\"type\":\"LIFECYCLE\",\"event\":\"a\xff\"}"[..],
        &b"{\"type\":\"LIFECYCLE\",\"event\":\"a\\ud83d\"}"[..],
        &b"{\"type\":\"LIFECYCLE\",\"\\ud83d\":1,\"event\":\"a\\ufffd\"}"[..],
    ] {
        let Event::Lifecycle(event) = Event::from_slice(body).unwrap() else {
            panic!("another event")
        };
        assert_eq!(event.event.as_ref().unwrap().as_str(), "a\u{fffd}");
    }
}

#[test]
fn what_is_nested_too_deeply_costs_nothing_else() {
    let deep = "[".repeat(300) + &"]".repeat(300);
    let body = format!(
        r#"{{"type":"ENTITY_UPDATE","url":"/v6/messages/m","data":{{"id":"m","new":{deep}}}}}"#
    );
    let Event::EntityUpdate {
        entity: Entity::Message(message),
        event,
    } = Event::from_slice(body.as_bytes()).unwrap()
    else {
        panic!("another event")
    };
    assert_eq!(message.id.as_deref(), Some("m"));
    assert_eq!(message.unknown_fields.get("new"), Some(&*deep));
    assert!(event.unknown_fields.get("data").unwrap().contains(&deep));
}

#[test]
fn a_body_that_is_not_json_has_a_place() {
    let error =
        Event::from_slice(br#"{"type":"LIFECYCLE","eventData":{"lines":[1,{"id":tru"#).unwrap_err();
    let Error::Unreadable { path, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(path, "eventData.lines[1].id");
    assert!(
        error.to_string().contains("at eventData.lines[1].id: "),
        "{error}"
    );
    assert!(!error.is_unverified());

    let deep = format!(
        r#"{{"type":"PARCEL","inner":{}1{}}}"#,
        "[".repeat(300),
        "]".repeat(300)
    );
    let error = Event::from_slice(deep.as_bytes()).unwrap_err();
    let Error::Unreadable { path, .. } = &error else {
        panic!("{error:?}")
    };
    assert!(path.starts_with("inner[0][0]"), "{path}");
    assert!(error.to_string().chars().count() <= 500);
    assert!(Event::from_slice(b"").is_err());
}

#[test]
fn a_token_is_accepted_from_whoever_has_the_secret() {
    let body = update("/v6/messages/msg_1", json!({ "id": "msg_1" })).to_string();
    let own = verifier().sign(Default::default()).unwrap();
    for token in [
        own,
        token(json!({})),
        token(json!({ "bodyHash": "abc", "iat": NOW, "exp": NOW + 300 })),
    ] {
        let event = verifier().event(Some(&token), body.as_bytes()).unwrap();
        assert!(matches!(event, Event::EntityUpdate { .. }));
    }
    let mut headers = HeaderMap::new();
    assert_eq!(
        verifier().event(headers.get(VERIFICATION_HEADER), body.as_bytes()),
        Err(Error::NoToken)
    );
    headers.insert(
        "tight-verification",
        HeaderValue::try_from(token(json!({}))).unwrap(),
    );
    verifier()
        .event(headers.get(VERIFICATION_HEADER), body.as_bytes())
        .unwrap();
}

#[test]
fn what_a_token_says_can_be_read() {
    let claims =
        json!({ "iat": NOW - 5, "exp": 1_743_507_069.5, "nbf": NOW, "sha256": "abc", "n": 1.25 });
    let claims = verifier().claims(Some(token(claims))).unwrap();
    assert_eq!(claims.issued_at, Some(at(NOW - 5)));
    assert_eq!(claims.expires_at, Some(at(NOW + 5)));
    assert_eq!(claims.not_before, Some(at(NOW)));
    assert_eq!(
        Value::Object(claims.other),
        json!({ "sha256": "abc", "n": 1.25 })
    );
}

#[test]
fn a_token_of_anybody_else_is_refused() {
    let good = token(json!({ "iat": NOW }));
    let (message, signature) = good.rsplit_once('.').unwrap();
    let hs256 = json!({ "alg": "HS256" });
    let other = Verifier::new("another secret")
        .unwrap()
        .sign(Default::default())
        .unwrap();
    let (_, foreign) = other.rsplit_once('.').unwrap();
    let is_invalid = |error: &Error| matches!(error, Error::InvalidToken { .. });
    for (token, is_expected) in [
        (
            other.clone(),
            (|error| *error == Error::WrongSignature) as fn(&Error) -> bool,
        ),
        (format!("{message}.{foreign}"), |error| {
            *error == Error::WrongSignature
        }),
        (format!("{message}.{}", &signature[..20]), |error| {
            *error == Error::WrongSignature
        }),
        (format!("{message}."), |error| {
            *error == Error::WrongSignature
        }),
        (signed(&json!({ "alg": "none" }), &json!({})), |error| {
            *error == Error::WrongAlgorithm
        }),
        (signed(&json!({ "alg": "HS512" }), &json!({})), |error| {
            *error == Error::WrongAlgorithm
        }),
        (signed(&json!({ "alg": "RS256" }), &json!({})), |error| {
            *error == Error::WrongAlgorithm
        }),
        (signed(&json!({ "alg": "hs256" }), &json!({})), |error| {
            *error == Error::WrongAlgorithm
        }),
        (message.to_owned(), is_invalid),
        (format!("{good}.x"), is_invalid),
        (format!("{good}="), is_invalid),
        (String::new(), is_invalid),
        (signed(&json!({ "typ": "JWT" }), &json!({})), is_invalid),
        (
            signed(
                &json!({ "alg": "HS256", "crit": ["b64"], "b64": false }),
                &json!({}),
            ),
            is_invalid,
        ),
        (signed(&hs256, &json!([])), is_invalid),
        (signed(&hs256, &json!({ "exp": "tomorrow" })), is_invalid),
        (signed(&hs256, &json!({ "exp": i64::MAX })), is_invalid),
    ] {
        let error = verifier().event(Some(&token), b"{}").unwrap_err();
        assert!(is_expected(&error), "{token}: {error:?}");
        assert!(error.is_unverified());
    }
    let error = verifier().event(Some(b"\xff"), b"{}").unwrap_err();
    assert!(is_invalid(&error));
}

#[test]
fn times_count_with_a_minute_of_leeway() {
    for (claims, expected) in [
        (json!({ "exp": NOW - 60 }), Ok(())),
        (
            json!({ "exp": NOW - 61 }),
            Err(Error::Expired { at: at(NOW - 61) }),
        ),
        (json!({ "nbf": NOW + 60 }), Ok(())),
        (
            json!({ "nbf": NOW + 61 }),
            Err(Error::NotYetValid { at: at(NOW + 61) }),
        ),
        // Who sent it counts before when.
        (json!({ "nbf": -8_000_000_000_i64 }), Ok(())),
        (json!({ "iat": NOW + 3600 }), Ok(())),
    ] {
        let read = verifier().claims(Some(token(claims.clone()))).map(drop);
        assert_eq!(read, expected, "{claims}");
    }
    let expired = token(json!({ "exp": 1 })).replace('.', "A.");
    assert!(!matches!(
        verifier().claims(Some(expired)),
        Err(Error::Expired { .. })
    ));
}

#[test]
fn an_empty_secret_verifies_nothing() {
    assert_eq!(Verifier::new("").unwrap_err(), Error::EmptySecret);
}

#[test]
fn nothing_shows_the_secret_or_the_token() {
    let shown = format!("{:?}", verifier());
    assert_eq!(shown, "Verifier { .. }");
    let forged = signed(&json!({ "alg": "a telling algorithm" }), &json!({}));
    for error in [
        verifier().event(Some(&forged), b"{}").unwrap_err(),
        verifier()
            .event(Some("a.telling.token"), b"{}")
            .unwrap_err(),
    ] {
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains("telling") && !shown.contains(SECRET),
            "{shown}"
        );
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body: Vec<u8>, token: Vec<u8>) {
        let _ = Event::from_slice(&body);
        let _ = verifier().event(Some(&token), &body);
    }

    #[test]
    fn no_signed_claims_make_it_panic(exp: i64, nbf: i64, iat: f64, text: String) {
        let claims = json!({ "exp": exp, "nbf": nbf, "iat": iat, "text": text });
        let _ = verifier().claims(Some(token(claims)));
    }

    #[test]
    fn an_event_of_any_json_is_read(kind in "(ENTITY_UPDATE|LIFECYCLE|X)", url in "(/v6/(banks/transactions|customers|x)/[a-z]?)?", name in "(id|amount|editor|data|event|status)", value in odd()) {
        for body in [
            json!({ "type": kind, "url": url, "data": { name.clone(): value.clone() } }),
            json!({ "url": url, name: value, "type": kind }),
        ] {
            let bytes = body.to_string().into_bytes();
            prop_assert!(Event::from_slice(&bytes).is_ok());
            for cut in 0..bytes.len() {
                prop_assert!(Event::from_slice(&bytes[..cut]).is_err());
            }
        }
    }
}

/// Values in places that they do not fit.
fn odd() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}
