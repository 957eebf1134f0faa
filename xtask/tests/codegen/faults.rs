//! A specification that cannot be generated from is refused with one message that says what is wrong, where, and what to
//! do; and nothing is written.

use crate::support::{PAGE, Scratch};
use xtask::layout::OVERLAY;

/// What `cargo xtask codegen` says about a broken specification.
fn complaint(scratch: &Scratch) -> String {
    let before = scratch.files();
    let output = scratch.xtask(&["codegen"]);
    assert!(!output.status.success(), "the fault was not noticed");
    assert_eq!(scratch.files(), before, "something was written");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    String::from_utf8(output.stderr).unwrap()
}

macro_rules! assert_complaint {
    ($scratch:expr, @$snapshot:literal) => {
        insta::assert_snapshot!(complaint(&$scratch), @$snapshot)
    };
}

fn page(from: &str, to: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.edit(PAGE, from, to);
    scratch
}

fn overlay(from: &str, to: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.edit(OVERLAY, from, to);
    scratch
}

/// A second page that repeats the first, but for one edit and its operation.
fn second_page(from: &str, to: &str) -> Scratch {
    let scratch = Scratch::new();
    let other = "openapi/captured/save-reminders.yaml";
    let text = scratch.read(PAGE).replace("/v1/notes:", "/v1/reminders:");
    scratch.write(other, &text.replace("saveNotes", "saveReminders"));
    scratch.edit(other, from, to);
    scratch
}

#[test]
fn a_page_that_is_not_yaml() {
    assert_complaint!(page("servers:\n", "servers: [\n"), @"
    error: the file is not YAML: did not find expected node content at line 7 column 3, while parsing a flow node
      file: openapi/captured/save-notes.yaml
      help: mend the YAML at that line and column
    ");
}

#[test]
fn a_page_that_repeats_a_key() {
    assert_complaint!(page("      summary: Save notes\n", "      summary: Save notes\n      summary: Save\n"), @r#"
    error: the file is not YAML: paths./v1/notes.post: duplicate entry with key "summary" at line 13 column 7
      file: openapi/captured/save-notes.yaml
      help: mend the YAML at that line and column
    "#);
}

#[test]
fn a_status_that_is_a_number() {
    assert_complaint!(page("'200':", "200:"), @"
    error: a key is not a string
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/responses
      help: put it in quotes, as in '200': a status is a string in OpenAPI
    ");
}

#[test]
fn openapi_3_1() {
    assert_complaint!(page("openapi: 3.0.3", "openapi: 3.1.0"), @r#"
    error: this is OpenAPI "3.1.0", and not 3.0.x as a text
      file: openapi/captured/save-notes.yaml
      at:   /openapi
      help: write the page as OpenAPI 3.0.3 (`nullable: true` for a type with "null", `example` for `examples`)
    "#);
}

#[test]
fn a_page_that_is_not_openapi() {
    assert_complaint!(page("openapi: 3.0.3\n", ""), @"
    error: this is not an OpenAPI document: it has no `openapi`
      file: openapi/captured/save-notes.yaml
      at:   the document's root
      help: begin the document with `openapi: 3.0.3`
    ");
}

#[test]
fn an_operation_without_an_id() {
    assert_complaint!(page("      operationId: saveNotes\n", ""), @"
    error: the operation has no `operationId`
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post
      help: give it one, a verb and a noun such as `saveMessages`: it names the method
    ");
}

#[test]
fn two_operations_with_one_id() {
    assert_complaint!(second_page("saveReminders", "saveNotes"), @"
    error: `saveNotes` is also the operationId of POST /v1/notes
      file: openapi/captured/save-reminders.yaml
      at:   /paths/~1v1~1reminders/post/operationId
      help: give each operation one of its own
    ");
}

#[test]
fn an_operation_without_a_tag() {
    assert_complaint!(page("      tags:\n        - notes\n", ""), @"
    error: an operation has exactly one tag: its resource
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post
      help: write `tags: [messages]`, after the section of the documentation that the page stands in
    ");
}

#[test]
fn an_operation_without_its_page() {
    assert_complaint!(page("      externalDocs:\n        url: https://docs.example.com/save-notes\n", ""), @"
    error: the operation does not name its documentation page
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post
      help: give the page's address as `externalDocs: {url: …}`
    ");
}

#[test]
fn a_reference_to_nothing() {
    assert_complaint!(page("schemas/NoteStatus'", "schemas/NoteState'"), @r##"
    error: "#/components/schemas/NoteState" refers to nothing
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/Note/properties/status/allOf/0/$ref
      help: add what it names to the file's `components`, or mend the name
    "##);
}

#[test]
fn an_object_without_a_name() {
    assert_complaint!(page("          allOf:\n            - $ref: '#/components/schemas/Author'\n", "          type: object\n          properties:\n            userId:\n              type: string\n"), @"
    error: an object without a name stands here
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/Note/properties/author
      help: move it to `components/schemas` under a name of its own, and refer to it with `$ref`
    ");
}

#[test]
fn an_enum_without_a_name() {
    assert_complaint!(page("          example: Call the bank\n", "          enum: [Call, Write]\n"), @"
    error: an enum without a name stands here
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/NewNote/properties/text
      help: move it to `components/schemas` under a name of its own, and refer to it with `$ref`
    ");
}

#[test]
fn a_list_of_objects_without_a_name() {
    assert_complaint!(page("        labels:\n          type: array\n          items:\n            type: string\n", "        labels:\n          type: array\n          items:\n            type: object\n            properties: {}\n"), @"
    error: an object without a name stands here
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/Note/properties/labels/items
      help: move it to `components/schemas` under a name of its own, and refer to it with `$ref`
    ");
}

#[test]
fn a_body_without_a_name() {
    assert_complaint!(page("              $ref: '#/components/schemas/SaveNotesRequest'\n", "              type: object\n"), @"
    error: a body without a name stands here
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/requestBody/content/application~1json/schema
      help: move it to `components/schemas` under a name of its own, and refer to it with `$ref`
    ");
}

#[test]
fn a_body_that_is_not_json() {
    assert_complaint!(page("          application/json:\n            schema:\n", "          application/xml:\n            schema:\n"), @"
    error: there is no `application/json` or `application/x-www-form-urlencoded` body here
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/requestBody
      help: describe the body as `content: {application/json: {schema: …}}`
    ");
}

#[test]
fn a_default_response() {
    assert_complaint!(page("        '200':\n", "        default:\n"), @"
    error: `default` says neither success nor failure
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/responses/default
      help: name the statuses, or write 4XX and 5XX
    ");
}

#[test]
fn two_pages_that_disagree_on_a_schema() {
    assert_complaint!(second_page("example: usr_1", "example: usr_2"), @"
    error: this page and openapi/captured/save-notes.yaml disagree on `Author`
      file: openapi/captured/save-reminders.yaml
      at:   /components/schemas/Author/properties/userId/example
      help: if it is one shape, make the pages say the same; if it is two, give one of them another name
    ");
}

#[test]
fn two_pages_that_describe_one_operation_differently() {
    assert_complaint!(second_page("/v1/reminders:", "/v1/notes:"), @"
    error: this page and openapi/captured/save-notes.yaml both describe `post /v1/notes`
      file: openapi/captured/save-reminders.yaml
      at:   /paths/~1v1~1notes/post
      help: keep one of the two, or make them say the same
    ");
}

#[test]
fn two_fields_that_rust_names_alike() {
    assert_complaint!(page("        type:\n          type: string\n", "        type:\n          type: string\n        author_:\n          type: string\n        author-:\n          type: string\n"), @"
    error: `author_` and `author` would be the same field, `author`
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/Note/properties/author_
      help: drop one of the two
    ");
}

#[test]
fn two_values_that_rust_names_alike() {
    assert_complaint!(overlay("        - OPEN\n", "        - OPEN\n        - open\n"), @"
    error: `open` and `OPEN` would be the same variant, `Open`
      file: openapi/overlay.yaml
      at:   /components/schemas/NoteStatus/enum/1
      help: drop one of the two
    ");
}

#[test]
fn a_schema_that_nothing_uses() {
    assert_complaint!(page("    NoteStatus:\n", "    Forgotten:\n      type: object\n      properties: {}\n    NoteStatus:\n"), @"
    error: no operation uses `Forgotten`
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/Forgotten
      help: drop it, or refer to it
    ");
}

#[test]
fn an_overlay_action_that_hits_nothing() {
    assert_complaint!(overlay("$.components.schemas.NoteStatus", "$.components.schemas.NoteState"), @"
    error: the target `$.components.schemas.NoteState` matches nothing
      file: openapi/overlay.yaml
      at:   /actions/5/target
      help: the captured pages have changed under it: mend the target, or drop the action
    ");
}

#[test]
fn an_overlay_action_that_changes_nothing() {
    assert_complaint!(overlay("      x-open-enum: true\n", "      type: string\n"), @"
    error: the amendment of `$.components.schemas['ResultStatus','ApiErrorType']` changes nothing
      file: openapi/overlay.yaml
      at:   /actions/4
      help: what it says is stated already: drop the action
    ");
}

#[test]
fn an_overlay_action_that_does_not_name_its_evidence() {
    assert_complaint!(overlay("inferred: a name for the server", "a name for the server"), @"
    error: the amendment of `$.servers[0]` does not say on what evidence it stands
      file: openapi/overlay.yaml
      at:   /actions/1
      help: begin its `description` with `documented:`, `sample:` or `inferred:`, and give the reason
    ");
}

#[test]
fn an_overlay_with_a_target_that_is_no_path() {
    assert_complaint!(overlay("target: $.info", "target: info"), @"
    error: the target `info` is not a JSONPath: at position 0, parser error
      file: openapi/overlay.yaml
      at:   /actions/0/target
      help: write it as RFC 9535 says
    ");
}

#[test]
fn an_overlay_that_is_none() {
    assert_complaint!(overlay("actions:", "measures:"), @"
    error: this is not an OpenAPI overlay: missing field `actions`
      file: openapi/overlay.yaml
      help: write it as https://spec.openapis.org/overlay/v1.0.0.html says
    ");
}

#[test]
fn a_server_without_a_name() {
    assert_complaint!(overlay("      x-environment: Sandbox\n", "      description: The sandbox\n"), @"
    error: a server has no name of its own
      file: openapi/captured/save-notes.yaml
      at:   /servers/0
      help: set its `x-environment` in the overlay, such as `Sandbox`
    ");
}

#[test]
fn a_closed_enum_in_an_answer() {
    assert_complaint!(overlay("      x-open-enum: true\n      enum:\n", "      enum:\n"), @"
    error: answers carry the enum `NoteStatus`, which is not marked as open
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/NoteStatus
      help: set `x-open-enum: true` in the overlay, and say there why values may come that are not listed
    ");
}

#[test]
fn a_string_that_is_named_but_has_no_values() {
    assert_complaint!(overlay("      enum:\n        - OPEN\n        - DONE\n        - A_B\n", ""), @"
    error: `NoteStatus` is a named string without known values
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/NoteStatus
      help: list the values it is known to have as its `enum` (in the overlay, if the page does not)
    ");
}

#[test]
fn a_schema_that_is_sent_and_received() {
    assert_complaint!(page("            - $ref: '#/components/schemas/Note'\n", "            - $ref: '#/components/schemas/NewNote'\n"), @"
    error: `NewNote` is sent and received, and has required fields
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/NewNote
      help: give requests a schema of their own: what is sent must be complete, what is received may not be
    ");
}

#[test]
fn an_answer_of_an_unknown_shape() {
    assert_complaint!(page("          type: array\n          items:\n            $ref: '#/components/schemas/NoteSaveResult'\n", "          type: array\n          items:\n            type: string\n"), @"
    error: `SaveNotesResponse` has none of the shapes that the resource layer knows
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post
      help: a batch save takes a required `{data: [item]}` and nothing else, and answers `{data: [{result, data, …}]}`; a page answers `{data: [item], cursor: {after, before}}` to a request with an optional `cursor` and `limit`; an entity is the `data` of an answer with a `result`; an answer without `result` and `data` is read as it is
    ");
}

#[test]
fn two_success_bodies() {
    let ok = "        '200':\n          description: Success\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/SaveNotesResponse'\n";
    let partial = ok
        .replace("'200'", "'207'")
        .replace("SaveNotesResponse", "NoteSaveResult");
    assert_complaint!(page(ok, &format!("{ok}{partial}")), @"
    error: 200 answers `SaveNotesResponse`, but 207 answers `NoteSaveResult`
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/responses/207/content/application~1json/schema
      help: one operation has one success body: describe what both can be as one schema
    ");
}

#[test]
fn no_page_at_all() {
    let scratch = Scratch::new();
    std::fs::remove_file(scratch.path(PAGE)).unwrap();
    assert_complaint!(scratch, @"
    error: there is no captured page
      file: openapi/captured
      help: write one OpenAPI 3.0 document for each documentation page into this folder, as a .yaml file
    ");
}

#[test]
fn no_overlay() {
    let scratch = Scratch::new();
    std::fs::remove_file(scratch.path(OVERLAY)).unwrap();
    assert_complaint!(scratch, @"
    error: there is no such file
      file: openapi/overlay.yaml
      help: run this in a complete checkout, or name one with --root
    ");
}

#[test]
fn a_sample_of_nothing() {
    let scratch = Scratch::new();
    scratch.write("openapi/samples/reminders.save.request.json", "{}");
    assert_complaint!(scratch, @"
    error: this sample belongs to no operation
      file: openapi/samples/reminders.save.request.json
      help: name it for the operation and side that it shows; the names in use are notes.save.request.json, notes.save.response.json
    ");
}

#[test]
fn a_keyword_that_the_generators_do_not_know() {
    assert_complaint!(page("        text:\n          type: string\n", "        text:\n          oneOf: [{ type: string }, { type: integer }]\n"), @"
    error: the generators do not know what to make of `oneOf`
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/NewNote/properties/text/oneOf
      help: say it in another way, or leave it out, with a reason in the overlay
    ");
}

#[test]
fn a_schema_of_several_schemas() {
    assert_complaint!(page("            - $ref: '#/components/schemas/Author'\n", "            - $ref: '#/components/schemas/Author'\n            - $ref: '#/components/schemas/NoteStatus'\n"), @"
    error: `allOf` is more than one reference
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/Note/properties/author/allOf
      help: a schema may refer to one other in `allOf`; what both say together must be written out
    ");
}

#[test]
fn a_list_of_lists() {
    assert_complaint!(page("          items:\n            type: string\n", "          items:\n            type: array\n            items:\n              type: string\n"), @"
    error: a list of lists stands here
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/Note/properties/labels
      help: setters for these have to be added to xtask/src/generate/models.rs first
    ");
}

#[test]
fn properties_that_are_a_list() {
    assert_complaint!(page("      properties:\n        userId:\n          type: string\n          example: usr_1\n", "      properties:\n        - userId\n"), @"
    error: `properties` is not a mapping
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/Author/properties
      help: write names, and schemas under them
    ");
}

#[test]
fn a_required_field_that_is_not_there() {
    assert_complaint!(overlay("        - text\n", "        - words\n"), @"
    error: `required` is not a list of the schema's own properties
      file: openapi/overlay.yaml
      at:   /components/schemas/NewNote/required
      help: mend the names; OpenAPI 3.0 has no `required: true` for a property
    ");
}

#[test]
fn a_field_that_is_no_identifier() {
    assert_complaint!(page("        type:\n          type: string\n", "        2fa:\n          type: string\n"), @"
    error: `2fa` cannot name a field
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/Note/properties/2fa
      help: the generator knows names of ASCII letters, digits and `_` that do not begin with a digit and are not keywords
    ");
}

#[test]
fn a_schema_with_a_name_that_rust_needs() {
    let scratch = Scratch::new();
    let text = scratch
        .read(PAGE)
        .replace("    Author:", "    Option:")
        .replace("schemas/Author'", "schemas/Option'");
    scratch.write(PAGE, &text);
    assert_complaint!(scratch, @"
    error: `Option` is a name that Rust or the SDK uses already
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/Option
      help: give the schema another name; only ours are in `components`, so nothing on the wire changes
    ");
}

#[test]
fn a_field_with_the_name_of_the_one_that_the_sdk_adds() {
    assert_complaint!(page("          type: string\n    Author:\n", "          type: string\n        unknownFields:\n          type: string\n    Author:\n"), @"
    error: `unknownFields` has the name of the field that keeps what is not documented
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/Note/properties/unknownFields
      help: the generator has no other name for it in what answers carry; until it has, drop it here, and it is kept there
    ");
}

#[test]
fn a_type_that_contains_itself() {
    assert_complaint!(page("            - $ref: '#/components/schemas/Author'\n", "            - $ref: '#/components/schemas/Note'\n"), @"
    error: `Note` contains itself
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/Note
      help: models of recursive types have to be added to xtask/src/generate/models.rs first
    ");
}

#[test]
fn two_operations_that_would_be_called_alike() {
    assert_complaint!(second_page("saveReminders", "saveNote"), @"
    error: `saveNote` and `saveNotes` would both be called `notes().save`
      file: openapi/captured/save-reminders.yaml
      at:   /paths/~1v1~1reminders/post/operationId
      help: give one of them another operationId, or another tag
    ");
}

#[test]
fn an_operation_with_a_name_that_the_sdk_uses() {
    assert_complaint!(page("        - notes\n", "        - builder\n"), @"
    error: `builder().save_notes` is a name that the SDK uses already
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/operationId
      help: choose another tag or operationId
    ");
}

#[test]
fn a_security_that_the_sdk_does_not_know() {
    assert_complaint!(page("      scheme: bearer\n", "      scheme: digest\n"), @"
    error: the operation's security is not one that the SDK knows
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post
      help: demand one scheme, of type `http` with the scheme `bearer` or `basic`
    ");
}

#[test]
fn a_property_that_only_the_overlay_speaks_of() {
    assert_complaint!(page("        id:\n          type: string\n          example: not_1\n", ""), @"
    error: the overlay speaks of something that no captured page has
      file: openapi/overlay.yaml
      at:   /components/schemas/Note/properties/id
      help: the page has changed under it: drop this from the overlay, or give it its new name
    ");
}

const PARAMETERS: &str = "      summary: Save notes\n      parameters:\n";

/// The page with a parameter in its path, described like this.
fn parameter(described: &str) -> Scratch {
    let scratch = page("/v1/notes:", "/v1/{folder}/notes:");
    scratch.edit(
        PAGE,
        "      summary: Save notes\n",
        &format!("{PARAMETERS}{described}"),
    );
    scratch
}

const FOLDER: &str = "        - {name: folder, in: path, required: true, schema: {type: string}}\n";

#[test]
fn a_path_that_is_none() {
    assert_complaint!(page("/v1/notes:", "/v1/{folder}{name}/notes:"), @"
    error: `/v1/{folder}{name}/notes` is not a path that the SDK knows
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1{folder}{name}~1notes
      help: a path is of `/` and segments; a segment is of ASCII letters, digits and `-_.~`, or one `{parameter}` alone
    ");
}

#[test]
fn a_path_parameter_that_is_not_described() {
    assert_complaint!(page("/v1/notes:", "/v1/{folder}/notes:"), @"
    error: `folder` of the path is not described
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1{folder}~1notes/post
      help: describe it as `{name: …, in: path, required: true, schema: {type: string}}`
    ");
}

#[test]
fn a_path_parameter_that_is_not_in_the_path() {
    assert_complaint!(parameter(&format!("{FOLDER}        - {{name: shelf, in: path, required: true, schema: {{type: string}}}}\n")), @"
    error: the path has no `{shelf}`
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1{folder}~1notes/post/parameters/1
      help: drop the parameter, or name it as the path does
    ");
}

#[test]
fn a_path_parameter_that_is_not_required() {
    assert_complaint!(parameter("        - {name: folder, in: path, schema: {type: string}}\n"), @"
    error: `folder` stands in the path and is not required
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1{folder}~1notes/post/parameters/0
      help: write `required: true`, as OpenAPI demands
    ");
}

#[test]
fn a_parameter_in_a_header() {
    assert_complaint!(parameter(&format!("{FOLDER}        - {{name: trace, in: header, schema: {{type: string}}}}\n")), @"
    error: `trace` stands where the SDK knows no parameters
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1{folder}~1notes/post/parameters/1/in
      help: the SDK knows parameters in `path` and `query`
    ");
}

#[test]
fn a_parameter_of_a_type_that_no_address_holds() {
    assert_complaint!(parameter("        - {name: folder, in: path, required: true, schema: {type: array, items: {type: string}}}\n"), @"
    error: `folder` is of a type that the SDK cannot write into an address
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1{folder}~1notes/post/parameters/0/schema
      help: a parameter is a string or a named enum, or in the query a whole number or a boolean
    ");
}

#[test]
fn a_parameter_that_would_be_rounded() {
    assert_complaint!(parameter(&format!("{FOLDER}        - {{name: weight, in: query, schema: {{type: number}}}}\n")), @"
    error: `weight` is of a type that the SDK cannot write into an address
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1{folder}~1notes/post/parameters/1/schema
      help: a parameter is a string or a named enum, or in the query a whole number or a boolean
    ");
}

#[test]
fn a_parameter_with_a_style() {
    assert_complaint!(parameter("        - {name: folder, in: path, required: true, style: matrix, schema: {type: string}}\n"), @"
    error: the generators do not know what to make of `style`
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1{folder}~1notes/post/parameters/0/style
      help: a parameter has `name`, `in`, `required`, `description`, `schema` and `example`
    ");
}

#[test]
fn a_parameter_with_a_name_that_the_generator_needs() {
    assert_complaint!(parameter(&format!("{FOLDER}        - {{name: body, in: query, schema: {{type: string}}}}\n")), @"
    error: `body` cannot name an argument
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1{folder}~1notes/post/parameters/1
      help: the generator knows names of ASCII letters, digits and `_` that are not keywords, and has names of its own
    ");
}

#[test]
fn two_parameters_with_one_name() {
    assert_complaint!(parameter(&format!("{FOLDER}        - {{name: Folder, in: query, schema: {{type: string}}}}\n")), @"
    error: `Folder` and `folder` would be the same argument, `folder`
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1{folder}~1notes/post/parameters/1
      help: drop one of the two
    ");
}

#[test]
fn a_page_that_cannot_be_asked_for() {
    let scratch = page(
        "        data:\n          type: array\n          items:\n            $ref: '#/components/schemas/NoteSaveResult'\n",
        "        data:\n          type: array\n          items:\n            $ref: '#/components/schemas/NoteSaveResult'\n        cursor:\n          $ref: '#/components/schemas/PageCursor'\n",
    );
    scratch.edit(
        PAGE,
        "    ResultStatus:\n",
        "    PageCursor:\n      type: object\n      properties:\n        after:\n          type: string\n        before:\n          type: string\n    ResultStatus:\n",
    );
    assert_complaint!(scratch, @"
    error: `SaveNotesResponse` has none of the shapes that the resource layer knows
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post
      help: a batch save takes a required `{data: [item]}` and nothing else, and answers `{data: [{result, data, …}]}`; a page answers `{data: [item], cursor: {after, before}}` to a request with an optional `cursor` and `limit`; an entity is the `data` of an answer with a `result`; an answer without `result` and `data` is read as it is
    ");
}

/// The page with a multipart body of these properties.
fn multipart(properties: &str) -> Scratch {
    page(
        "          application/json:\n            schema:\n              $ref: '#/components/schemas/SaveNotesRequest'\n",
        &format!(
            "          multipart/form-data:\n            schema:\n              type: object\n              properties:\n{properties}"
        ),
    )
}

#[test]
fn a_part_that_is_not_required() {
    assert_complaint!(multipart("                file: {type: string, format: binary}\n"), @"
    error: the part `file` is not required
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/requestBody/content/multipart~1form-data/schema/properties/file
      help: optional parts have to be added to xtask/src/generate/operations first
    ");
}

#[test]
fn a_part_that_is_neither_a_file_nor_an_object() {
    assert_complaint!(multipart("                count: {type: integer}\n              required: [count]\n"), @"
    error: `count` is not a part that the SDK can send
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/requestBody/content/multipart~1form-data/schema/properties/count
      help: a part has a name in snake case, and is a file (`type: string`, `format: binary`) or refers to an object's schema
    ");
}

#[test]
fn a_body_without_parts() {
    assert_complaint!(multipart("                {}\n"), @"
    error: the body has no parts
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/requestBody/content/multipart~1form-data/schema
      help: write the parts as the `properties` of an object
    ");
}

#[test]
fn a_method_name_that_is_none() {
    assert_complaint!(page("      summary: Save notes\n", "      summary: Save notes\n      x-method-name: 5\n"), @"
    error: the name of the method is not a string
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/x-method-name
      help: write a name in snake case, such as `messages`
    ");
}

#[test]
fn a_method_name_that_cannot_be_written_in_rust() {
    assert_complaint!(page("      summary: Save notes\n", "      summary: Save notes\n      x-method-name: save notes\n"), @"
    error: `save notes` cannot name a method
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/x-method-name
      help: write a name in snake case, such as `messages`
    ");
}

#[test]
fn a_schema_that_is_called_like_a_request() {
    let scratch = Scratch::new();
    let text = scratch.read(PAGE).replace("NewNote", "SaveNotes");
    scratch.write(PAGE, &text);
    let text = scratch.read(OVERLAY).replace("NewNote", "SaveNotes");
    scratch.write(OVERLAY, &text);
    assert_complaint!(scratch, @"
    error: `SaveNotes` is the name of the request of `saveNotes`, too
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/SaveNotes
      help: rename the schema, or choose another operationId
    ");
}

#[test]
fn a_body_in_several_media_types() {
    assert_complaint!(page("          application/json:\n            schema:\n", "          text/plain: {}\n          application/json:\n            schema:\n"), @"
    error: the body is described in several media types
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/requestBody/content
      help: keep the one that the SDK is to use
    ");
}

#[test]
fn a_status_that_is_none() {
    assert_complaint!(page("        '200':\n", "        '2banana':\n"), @"
    error: `2banana` is not an HTTP status
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/responses/2banana
      help: write a number such as '200', or a class such as '4XX'
    ");
}

#[test]
fn a_batch_request_with_something_else_in_it() {
    assert_complaint!(page("          items:\n            $ref: '#/components/schemas/NewNote'\n", "          items:\n            $ref: '#/components/schemas/NewNote'\n        notify:\n          type: boolean\n"), @"
    error: `SaveNotesResponse` has none of the shapes that the resource layer knows
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post
      help: a batch save takes a required `{data: [item]}` and nothing else, and answers `{data: [{result, data, …}]}`; a page answers `{data: [item], cursor: {after, before}}` to a request with an optional `cursor` and `limit`; an entity is the `data` of an answer with a `result`; an answer without `result` and `data` is read as it is
    ");
}

#[test]
fn an_envelope_that_the_runtime_does_not_know() {
    assert_complaint!(page("        - FAILURE\n", "        - FAILED\n"), @"
    error: the types of the API's envelope are not as the SDK's runtime knows them
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas
      help: it needs an enum `ResultStatus` with SUCCESS and FAILURE, and an object `ApiError` with an enum `type` and the strings `message` and `param`; if the API has changed, crates/tight-api/src/runtime has to
    ");
}

#[test]
fn an_overlay_action_with_a_misspelt_key() {
    assert_complaint!(overlay("    update:\n", "    updaet:\n"), @"
    error: an action has no `updaet`
      file: openapi/overlay.yaml
      at:   /actions/0
      help: an action has a `target`, a `description`, and either `update` or `remove: true`
    ");
}

#[test]
fn an_overlay_that_changes_the_version_of_openapi() {
    assert_complaint!(overlay("  - target: $.info\n    description: \"inferred: a name for the whole\"\n    update:\n", "  - target: $\n    description: \"inferred: a newer one\"\n    update: { openapi: 3.1.0 }\n  - target: $.info\n    description: \"inferred: a name for the whole\"\n    update:\n"), @"
    error: the overlay changes the version of OpenAPI
      file: openapi/captured/save-notes.yaml
      at:   /openapi
      help: leave it at 3.0
    ");
}

#[test]
fn an_enum_value_that_only_a_keyword_could_name() {
    assert_complaint!(overlay("        - OPEN\n", "        - SELF\n"), @r#"
    error: "SELF" cannot name a variant
      file: openapi/overlay.yaml
      at:   /components/schemas/NoteStatus/enum/0
      help: a value must begin with a letter, be of ASCII letters, digits and separators, and not be a keyword
    "#);
}

#[test]
fn a_reference_to_itself() {
    let scratch = page(
        "  schemas:\n",
        "  responses:\n    Loop:\n      $ref: '#/components/responses/Loop'\n  schemas:\n",
    );
    assert_complaint!(scratch, @r##"
    error: "#/components/responses/Loop" refers to another reference
      file: openapi/captured/save-notes.yaml
      at:   /components/responses/Loop/$ref
      help: refer to what that one refers to
    "##);
}

#[test]
fn a_format_that_is_misspelt() {
    assert_complaint!(page("          format: date-time\n", "          format: datetime\n"), @r#"
    error: "datetime" is not a format that the generators know
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/NewNote/properties/dueDateTime/format
      help: the formats are binary, byte, date, date-time, double, email, float, hostname, int32, int64, ipv4, ipv6, password, uri, uuid
    "#);
}

#[test]
fn a_keyword_with_a_value_of_the_wrong_kind() {
    assert_complaint!(overlay("          nullable: true\n", "          nullable: 'true'\n"), @"
    error: `nullable` has a value of the wrong kind
      file: openapi/overlay.yaml
      at:   /components/schemas/Note/properties/labels/nullable
      help: see https://spec.openapis.org/oas/v3.0.3#schema-object for what it takes
    ");
}

#[test]
fn an_extension_that_is_misspelt() {
    assert_complaint!(overlay("      x-open-enum: true\n", "      x-open-enmu: true\n"), @"
    error: the generators do not know what to make of `x-open-enmu`
      file: openapi/overlay.yaml
      at:   /components/schemas/ResultStatus/x-open-enmu
      help: say it in another way, or leave it out, with a reason in the overlay
    ");
}

#[test]
fn a_key_of_an_operation_that_nobody_reads() {
    assert_complaint!(page("      summary: Save notes\n", "      summary: Save notes\n      x-metod-name: keep\n"), @"
    error: the generators do not know what to make of `x-metod-name`
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/x-metod-name
      help: an operation has operationId, x-method-name, tags, summary, description, externalDocs, parameters, requestBody, responses, security
    ");
}

#[test]
fn parameters_that_are_no_list() {
    assert_complaint!(page("      summary: Save notes\n", "      summary: Save notes\n      parameters: {name: folder}\n"), @"
    error: `parameters` is not a list
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/parameters
      help: write each parameter as an item of a list, with its `name`
    ");
}

#[test]
fn a_parameter_that_is_required_in_quotes() {
    assert_complaint!(parameter(&format!("{FOLDER}        - {{name: loud, in: query, required: 'true', schema: {{type: boolean}}}}\n")), @"
    error: `required` is neither true nor false
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1{folder}~1notes/post/parameters/1/required
      help: write `required: true`, without quotes
    ");
}

#[test]
fn a_parameter_that_holds_nobody_knows_what() {
    assert_complaint!(parameter("        - {name: folder, in: path, required: true}\n"), @"
    error: nothing says what `folder` holds
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1{folder}~1notes/post/parameters/0
      help: give it a `schema`, such as `{type: string}`
    ");
}

#[test]
fn a_batch_with_a_parameter() {
    assert_complaint!(parameter(FOLDER), @"
    error: `SaveNotesResponse` has none of the shapes that the resource layer knows
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1{folder}~1notes/post
      help: a batch save takes a required `{data: [item]}` and nothing else, and answers `{data: [{result, data, …}]}`; a page answers `{data: [item], cursor: {after, before}}` to a request with an optional `cursor` and `limit`; an entity is the `data` of an answer with a `result`; an answer without `result` and `data` is read as it is
    ");
}

#[test]
fn a_path_that_leads_elsewhere() {
    assert_complaint!(page("/v1/notes:", "/v1/../notes:"), @"
    error: `/v1/../notes` is not a path that the SDK knows
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1..~1notes
      help: a path is of `/` and segments; a segment is of ASCII letters, digits and `-_.~`, or one `{parameter}` alone
    ");
}

#[test]
fn a_body_that_is_not_required() {
    assert_complaint!(page("        required: true\n        content:\n", "        content:\n"), @"
    error: the body is not required
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/requestBody
      help: write `required: true`: the SDK always sends it
    ");
}

#[test]
fn a_form_with_a_list() {
    assert_complaint!(page("          application/json:\n            schema:\n              $ref: '#/components/schemas/SaveNotesRequest'\n", "          application/x-www-form-urlencoded:\n            schema:\n              $ref: '#/components/schemas/SaveNotesRequest'\n"), @"
    error: `data` fits into no form
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/requestBody/content/application~1x-www-form-urlencoded/schema
      help: the fields of a form are strings, numbers and booleans
    ");
}

#[test]
fn a_list_of_nobody_knows_what() {
    assert_complaint!(page("        labels:\n          type: array\n          items:\n            type: string\n", "        labels:\n          type: array\n"), @"
    error: nothing says what is in this list
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/Note/properties/labels
      help: give it `items`, such as `{type: string}`
    ");
}

#[test]
fn bounds_that_nothing_is_between() {
    assert_complaint!(page("          maximum: 5\n", "          maximum: 0\n"), @"
    error: nothing is at least 1 and at most 0
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/NewNote/properties/priority
      help: mend `minimum` or `maximum`
    ");
}

#[test]
fn an_operation_that_is_called_like_its_resource() {
    assert_complaint!(page("operationId: saveNotes", "operationId: notes"), @"
    error: `notes` under `notes` is a name that generated code uses already
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/operationId
      help: choose another operationId, a verb and a noun such as `saveMessages`, or another tag
    ");
}

#[test]
fn an_operation_that_is_called_like_a_hook_of_the_client() {
    assert_complaint!(page("operationId: saveNotes", "operationId: exec"), @"
    error: `exec` under `notes` is a name that generated code uses already
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/operationId
      help: choose another operationId, a verb and a noun such as `saveMessages`, or another tag
    ");
}

#[test]
fn a_tag_that_is_called_like_a_type_of_the_sdk() {
    assert_complaint!(page("        - notes\n", "        - pages\n"), @"
    error: `saveNotes` under `pages` is a name that generated code uses already
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post/operationId
      help: choose another operationId, a verb and a noun such as `saveMessages`, or another tag
    ");
}

#[test]
fn a_page_whose_address_is_none() {
    assert_complaint!(page("url: https://docs.example.com/save-notes", "url: see the documentation"), @"
    error: the operation does not name its documentation page
      file: openapi/captured/save-notes.yaml
      at:   /paths/~1v1~1notes/post
      help: give the page's address as `externalDocs: {url: …}`
    ");
}

#[test]
fn a_field_whose_name_nobody_can_write() {
    assert_complaint!(page("        dueDateTime:\n", "        it's due:\n"), @"
    error: `it's due` cannot name a field
      file: openapi/captured/save-notes.yaml
      at:   /components/schemas/NewNote/properties/it's due
      help: the generator knows names of ASCII letters, digits and `_` that do not begin with a digit and are not keywords
    ");
}

#[test]
fn a_sample_with_a_misspelt_label() {
    let scratch = Scratch::new();
    scratch.write("openapi/samples/notes.save.response.truncatd.json", "{}");
    assert_complaint!(scratch, @"
    error: this sample belongs to no operation
      file: openapi/samples/notes.save.response.truncatd.json
      help: name it for the operation and side that it shows; the names in use are notes.save.request.json, notes.save.response.json
    ");
}
