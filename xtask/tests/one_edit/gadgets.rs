//! Uses an operation of each shape as a user of the SDK would, against the sandbox.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use tight_api::filter::{at_least, expand, one_of};
use tight_api::types::{
    GadgetChanges, GadgetColour, GadgetRemoval, GadgetReportRequest, GadgetSetup, NewGadget,
    NewPreset, PartUpsert, PhotoDetails, ReadingQuery, Ringing, SavePartsRequest, Warranty,
};
use tight_api::{Client, Date, ErrorKind, Upload};
use tight_sandbox::Sandbox;

pub(crate) async fn use_them(client: &Client, sandbox: &Sandbox) {
    one_object(client).await;
    what_is_sent(client, sandbox).await;
    set_up_once(client).await;
    lists(client, sandbox).await;
    answers_of_other_forms(client).await;
    pages(client, sandbox).await;
    files(client, sandbox).await;
    trees(client, sandbox).await;
}

/// Created, with a field beside it; got, updated, done something to, and deleted with a body.
async fn one_object(client: &Client) {
    let gadgets = client.gadgets();
    let kettle = NewGadget::new("Kettle")
        .colour(GadgetColour::Red)
        .price("12.50")
        .weight(1.25_f64.to_string().parse::<tight_api::Number>().unwrap())
        .labels([("kind", "water")])
        .grid([[1, 2], [3, 4]])
        .warranty(Warranty::N2);
    let created = gadgets.create(kettle).await.unwrap();
    assert_eq!(
        created.extras().claim_url.as_deref(),
        Some("https://example.com/claim")
    );
    let id = created.id.clone().unwrap();
    assert_eq!(created.price.as_ref().unwrap().to_string(), "12.50");
    assert_eq!(created.weight.as_ref().unwrap().to_string(), "1.25");
    assert_eq!(created.labels, BTreeMap::from([("kind".to_owned(), "water".to_owned())]));
    assert_eq!(created.grid.len(), 2);
    assert_eq!(created.warranty, Some(Warranty::N2));

    let got = gadgets.get(&id).gadget_version("2").await.unwrap();
    assert_eq!(got.name.as_deref(), Some("Kettle"));
    let plainly = gadgets.get(&id).await.unwrap();
    assert_eq!(plainly.into_inner(), got.into_inner());

    let rung = gadgets.ring(&id, Ringing::new(3)).await.unwrap();
    assert_eq!(rung.id.as_ref(), Some(&id));
    gadgets.reset(&id).await.unwrap();

    // Set, left out, and cleared: three things.
    let changes = GadgetChanges::new("a note".to_owned()).memo("a memo");
    let updated = gadgets.update(&id, changes).await.unwrap();
    assert_eq!(updated.memo.as_deref(), Some("a memo"));
    let updated = gadgets.update(&id, GadgetChanges::new(None)).await.unwrap();
    assert_eq!((updated.note.as_deref(), updated.memo.as_deref()), (None, Some("a memo")));
    let cleared = GadgetChanges::new(None).clear_memo();
    let updated = gadgets.update(&id, cleared).await.unwrap();
    assert_eq!(updated.memo, None);

    let removal = GadgetRemoval::new().keep_parts(true);
    let deleted = gadgets.delete(&id, removal).await.unwrap();
    assert_eq!(deleted.id.as_ref(), Some(&id));
    let gone = gadgets.get(&id).await.unwrap_err();
    assert_eq!((gone.kind(), gone.status().unwrap().as_u16()), (ErrorKind::Status, 404));
}

/// Names that no rule has, values that only answers have, and secrets.
async fn what_is_sent(client: &Client, sandbox: &Sandbox) {
    for colour in [
        GadgetColour::N1099Nec,
        GadgetColour::Empty,
        GadgetColour::CPlusPlus,
        GadgetColour::LessThanOrEqual,
    ] {
        let gadget = NewGadget::new("odd").colour(colour.clone()).pin("1234");
        assert!(!format!("{gadget:?}").contains("1234"));
        let created = client.gadgets().create(gadget).await.unwrap();
        assert_eq!(created.colour, Some(colour));
    }
    let stored = sandbox.stored("gadgets");
    assert_eq!(stored[1]["colour"], "");
}

/// One object without an id, and a report.
async fn set_up_once(client: &Client) {
    let gadgets = client.gadgets();
    let before = gadgets.setup().await.unwrap();
    assert!(before.volume.is_some());
    let setup = GadgetSetup::new().volume(7).quiet_hours(true);
    let saved = gadgets.save_setup(setup).await.unwrap();
    let setup = gadgets.setup().await.unwrap();
    assert_eq!(setup.volume.as_ref().and_then(|volume| volume.as_i64()), Some(7));
    assert_eq!(setup.into_inner(), saved.into_inner());

    let report = GadgetReportRequest::new().until(Date::new(2024, 3, 31));
    let all = gadgets.make_report(report).await.unwrap();
    assert_eq!(all.name.as_deref(), Some("All"));
    #[allow(deprecated)]
    let status = gadgets.status().await.unwrap();
    assert!(status.up.is_some());
}

/// Lists without cursors: saved by a bare list, and asked for with all that an address can say.
async fn lists(client: &Client, sandbox: &Sandbox) {
    let gadgets = client.gadgets();
    assert_eq!(gadgets.presets().await.unwrap().items().len(), 0);
    let presets = ["loud", "low"].map(NewPreset::new);
    let saved = gadgets.save_presets(presets).await.unwrap();
    assert_eq!(saved.items().len(), 2);
    assert_eq!(gadgets.presets().await.unwrap().readable().count(), 2);

    let draft = r#"{"id":"pre_9","name":"soft"}"#.parse().unwrap();
    sandbox.store("gadgets/drafts", draft);
    let drafts = gadgets.drafts().await.unwrap();
    assert_eq!(drafts.readable().count(), 1);
    sandbox.store("gadgets/search", r#"{"name":"Kettle","colour":"RED"}"#.parse().unwrap());
    let found = gadgets.search(GadgetColour::Red).await.unwrap();
    assert_eq!(found.readable().count(), 1);
    let found = gadgets.search(GadgetColour::Empty).await.unwrap();
    assert!(found.is_empty());
    // All is sent as documented; what a gadget does not show, the sandbox refuses to guess.
    let unknown = gadgets
        .search(GadgetColour::Red)
        .tags(["new", "used"])
        .since(Date::new(2024, 1, 15))
        .changed_after("2024-01-15T10:30:00Z")
        .min_price(5)
        .in_stock(true)
        .await
        .unwrap_err();
    assert_eq!(unknown.status().unwrap().as_u16(), 501);
}

/// Answers without a body, perhaps without one, and of another media type.
async fn answers_of_other_forms(client: &Client) {
    let gadgets = client.gadgets();
    let made = gadgets.create(NewGadget::new("Lamp")).await.unwrap();
    gadgets.latest().await.unwrap();
    let manual = gadgets.manual(made.id.clone().unwrap()).await.unwrap();
    assert!(!manual.is_empty());
    assert_eq!(manual.headers()["content-type"], "application/pdf");
}

/// A query with a path parameter and a field beside its filter; a page with a field beside its data.
async fn pages(client: &Client, sandbox: &Sandbox) {
    let readings = || client.gadgets();
    for (id, day, watts) in [("rea_1", "2024-01-15", 5), ("rea_2", "2024-02-15", 9)] {
        let reading = format!(r#"{{"id":"{id}","gadgetId":"gad_1","day":"{day}","watts":{watts}}}"#);
        sandbox.store("gadgets/readings", reading.parse().unwrap());
    }
    let january = || Date::new(2024, 1, 1)..=Date::new(2024, 1, 31);
    let page = readings()
        .query_readings("gad_1", ReadingQuery::new("W").day(january()).watts(at_least(1)))
        .limit(1)
        .page()
        .await
        .unwrap();
    assert_eq!(page.items().len(), 1);
    assert!(page.extras().total_count.is_some());
    let mut all = readings()
        .query_readings("gad_1", ReadingQuery::new("W").watts(..9))
        .items();
    let mut ids = Vec::new();
    while let Some(reading) = all.try_next().await.unwrap() {
        ids.push(reading.id.unwrap());
    }
    assert_eq!(ids, ["rea_1"]);
    assert!(all.extras().is_some());
    let too_many = readings().query_readings("gad_1", ReadingQuery::new("W")).limit(51);
    assert_eq!(too_many.page().await.unwrap_err().kind(), ErrorKind::InvalidRequest);

    // A list with something that may be left out.
    for name in ["rung", "reset", "rung"] {
        let event = format!(r#"{{"gadgetId":"gad_1","name":"{name}"}}"#);
        sandbox.store("gadgets/events", event.parse().unwrap());
    }
    let events = client.gadgets().events("gad_1").items();
    assert_eq!(events.try_collect::<Vec<_>>().await.unwrap().len(), 3);
    let rung = client.gadgets().events("gad_1").name("rung");
    assert_eq!(rung.clone().page().await.unwrap().items().len(), 2);
    let rung = rung.limit(1).items();
    assert_eq!(rung.try_collect::<Vec<_>>().await.unwrap().len(), 2);

    // What a reading does not show, the sandbox refuses to guess: the question alone, and not the page.
    let asked = ReadingQuery::new("W")
        .room(expand().and(one_of(["roo_1"])))
        .only_peaks(true);
    let unknown = readings().query_readings("gad_1", asked).page().await.unwrap_err();
    assert_eq!(unknown.status().unwrap().as_u16(), 501);
}

/// A form with a file, texts and an object, of which some may be left out.
async fn files(client: &Client, sandbox: &Sandbox) {
    let photo = || Upload::bytes("front.png", "pixels");
    let plain = client.gadgets().upload_photo("gad_1", photo(), "Front").await.unwrap();
    assert_eq!(plain.title.as_deref(), Some("Front"));
    let told = client
        .gadgets()
        .upload_photo("gad_1", photo(), "Front")
        .taken(Date::new(2024, 1, 15))
        .public(true)
        .details(PhotoDetails::new().caption("From the front"))
        .await
        .unwrap();
    assert_eq!(told.caption.as_deref(), Some("From the front"));
    let id = told.id.clone().unwrap();
    assert_eq!(sandbox.uploaded(&id).unwrap().content, b"pixels");
}

/// A batch that says something beside its items, and whose answer does, too; items that contain items.
async fn trees(client: &Client, sandbox: &Sandbox) {
    let leaf = |name: &str| PartUpsert::new().name(name);
    let tree = leaf("trunk")
        .children([leaf("branch").children([leaf("twig")]), leaf("root")])
        .main(leaf("branch"));
    let settings = SavePartsRequest::new().notify_owners(true);
    let outcome = client
        .gadgets()
        .save_parts([tree, leaf("stone")], settings.clone())
        .await;
    assert_eq!(outcome.to_string(), "2 saved");
    assert_eq!(outcome.extras()[0].batch_id.as_deref(), Some("bat_1"));
    let saved = outcome.into_result().unwrap();
    let part = client.gadgets().part(saved[0].id.clone().unwrap()).await.unwrap();
    assert_eq!(part.children[0].children[0].name.as_deref(), Some("twig"));
    assert_eq!(part.main.as_ref().unwrap().name.as_deref(), Some("branch"));
    let one = client.gadgets().save_parts_one(leaf("leaf"), settings).await.unwrap();
    assert_eq!(one.name.as_deref(), Some("leaf"));
    assert_eq!(sandbox.stored("gadgets/parts").len(), 3);
}
