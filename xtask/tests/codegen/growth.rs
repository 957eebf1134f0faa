//! The work grows as the specification does. It is counted, since times say more about the machine.

use std::fmt::Write;

use xtask::commands::Generated;
use xtask::document::EVERYWHERE;
use xtask::layout::Checkout;

use crate::invented::INVENTED;
use crate::support::Scratch;

/// Ordinary pages: a save, a query and two calls for each resource, with some fields and some actions.
fn resources(count: usize) -> Generated {
    let scratch = Scratch::new();
    let own = Checkout::own();
    for index in 0..count {
        let (many, one, section) = (
            format!("things{index}"),
            format!("Thing{index}"),
            format!("section{}", index / 4),
        );
        let own_names = |text: &str| text.replace("things", &many).replace("Thing", &one);
        for page in ["saved", "asked", "thing", "deed"] {
            let text = own.read(&format!("{INVENTED}/pages/{page}.yaml")).unwrap();
            // A page that shows a thing shows its fields.
            let fields = (0..10).fold(String::new(), |mut fields, field| {
                let _ = write!(
                    fields,
                    "        field{field}:\n          type: string\n          example: a\n"
                );
                fields
            });
            let id = "    Thing:\n      type: object\n      properties:\n";
            let text = own_names(&text.replace(id, &format!("{id}{fields}")));
            scratch.write(
                &format!("openapi/captured/{section}/{page}-{index}.yaml"),
                &text,
            );
        }
        let mut overlay =
            "overlay: 1.0.0\ninfo:\n  title: Amendments\n  version: 1.0.0\nactions:\n".to_owned();
        for field in 0..5 {
            let _ = write!(
                overlay,
                "  - target: $.components.schemas.{one}.properties.field{field}\n    description: \"inferred: so.\"\n    update:\n      nullable: true\n"
            );
        }
        scratch.write(&format!("openapi/overlay/{many}.yaml"), &overlay);
    }
    let rules = "  - target: $.paths[*][?@['x-kind'].is == 'batch-save'].responses\n    description: \"inferred: so.\"\n    update:\n      '207':\n        description: Some items failed\n        x-content-of: ['200']\n";
    let everywhere = scratch.read(EVERYWHERE) + rules;
    scratch.write(EVERYWHERE, &everywhere);
    scratch.generated()
}

/// How large a specification is, and what it took: steps in the document, and bytes of what follows.
fn work(generated: &Generated) -> (usize, usize, usize) {
    let written = generated.files.iter().map(|file| file.text.len()).sum();
    (generated.operations - 1, generated.document.work(), written)
}

#[test]
fn twice_the_pages_take_twice_the_work() {
    let [one, two, four] = [10, 20, 40].map(|count| work(&resources(count)));
    assert_eq!((one.0 * 2, one.0 * 4), (two.0, four.0));
    for (what, [one, two, four]) in [
        ("steps", [one.1, two.1, four.1]),
        ("bytes", [one.2, two.2, four.2]),
    ] {
        // What each page adds, it adds at any size; names get longer, and so do texts.
        let (first, second) = (two - one, (four - two) / 2);
        assert!(
            second <= first + first / 20,
            "{what}: {one}, {two} and {four} for once, twice and four times the pages"
        );
    }
}

#[test]
fn five_hundred_operations_are_generated() {
    let generated = resources(125);
    assert_eq!(generated.operations, 501);
    assert!(generated.types > 125 * 4);
}

/// Many types that one holds.
#[test]
fn one_type_of_many_others_takes_the_work_of_each() {
    let types = |count: usize| {
        let scratch = Scratch::new();
        let page = Checkout::own()
            .read(&format!("{INVENTED}/pages/thing.yaml"))
            .unwrap();
        let mut page = (0..count).fold(page, |mut page, index| {
            let _ = write!(page, "        part{index}:\n          allOf:\n            - $ref: '#/components/schemas/Part{index}x'\n");
            page
        });
        for index in 0..count {
            let _ = write!(
                page,
                "    Part{index}x:\n      type: object\n      properties:\n"
            );
            for field in 0..20 {
                let _ = write!(
                    page,
                    "        f{field}:\n          type: string\n          description: A few words.\n"
                );
            }
        }
        scratch.write("openapi/captured/things/thing.yaml", &page);
        scratch.generated().document.work()
    };
    let [one, two, four] = [100, 200, 400].map(types);
    let (first, second) = (two - one, (four - two) / 2);
    assert!(
        second <= first + first / 20,
        "{one}, {two} and {four} steps for 100, 200 and 400 types"
    );
}
