//! The page for people, in a real browser.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    browser::{Browser, with_browser},
    program::Program,
};

/// A text that would be an element, were it not taken as text.
const MARKUP: &str = "<img src=x onerror=alert(1)> Thank you";
const ENTER: char = '\u{e007}';

/// What a place of the page says.
fn says(selector: &str, text: &str) -> String {
    format!(
        "document.querySelector('{selector}').innerText.includes({})",
        json!(text)
    )
}

async fn save(program: &Program, text: &str) -> Result<reqwest::Response, reqwest::Error> {
    let message = json!({ "data": [{ "conversationId": "con_1", "text": text }] });
    program
        .request(Method::POST, "/v6/messages")
        .json(&message)
        .send()
        .await
}

#[tokio::test]
async fn it_shows_what_happens_and_orders_faults() {
    with_browser(async |browser: Browser| {
        let program = Program::start(&["--user", "anna"]);
        save(&program, MARKUP).await.unwrap();

        browser.visit(program.url()).await;
        assert_eq!(browser.value("location.pathname").await, "/sandbox/");
        browser.until(&says("#connection", "Running")).await;
        browser.until(&says("#access", program.url())).await;
        browser
            .until(&says("#access", "sandbox-access-token-anna"))
            .await;

        // What is stored, and the request that stored it.
        browser
            .until("document.querySelector('[data-collection=messages] .count').innerText === '1'")
            .await;
        browser.click("[data-collection=messages] summary").await;
        browser
            .until(&says("[data-collection=messages] pre", MARKUP))
            .await;
        assert_eq!(browser.value("document.images.length").await, 0);
        browser
            .until(&says("#requests tr:first-child", "saveMessages"))
            .await;
        browser
            .until(&says("#requests tr:first-child", "200"))
            .await;
        browser.click("#request-1").await;
        browser
            .until(&says("#details-1", "authorization: Bearer [secret]"))
            .await;
        browser.until(&says("#details-1", MARKUP)).await;

        // A fault is ordered, and met.
        browser.choose("#operation", "saveMessages").await;
        browser.choose("#fault", "Drop after the effect").await;
        browser.click("#order button[type=submit]").await;
        browser.until(&says("#faults", "saveMessages")).await;
        browser.until(&says("#faults", "dropAfter")).await;
        assert!(save(&program, "Lost").await.is_err());
        browser
            .until(&says("#requests tr:first-child", "no response"))
            .await;
        browser
            .until("document.querySelectorAll('#faults tr').length === 0")
            .await;
        browser
            .until(&says("[data-collection=messages]", "Lost"))
            .await;
        // Still open, although the list has changed.
        browser
            .until("!document.querySelector('#details-1').hidden")
            .await;

        // Any fault can be ordered, and what is wrong with it is said.
        browser.choose("#operation", "Any operation").await;
        browser.choose("#fault", "Other, in JSON").await;
        browser.fill("#json", "{\"truncat\": 1}").await;
        browser.click("#order button[type=submit]").await;
        browser
            .until(&says(
                "#order-error",
                "there is no fault `truncat`; similar ones are: truncate",
            ))
            .await;
        let [complaint] = &*browser.complaints().await else {
            panic!("the refused order is the one thing to complain about")
        };
        assert!(
            complaint.contains("/sandbox/faults") && complaint.contains("400"),
            "{complaint}"
        );
        browser.fill("#json", "\"stallAfter\"").await;
        browser.fill("#times", "3").await;
        browser.click("#order button[type=submit]").await;
        browser.until(&says("#faults", "stallAfter")).await;
        browser
            .until("document.querySelector('#order-error').innerText === ''")
            .await;
        let faults = program
            .request(Method::GET, "/sandbox/faults")
            .send()
            .await
            .unwrap();
        let faults: Value = faults.json().await.unwrap();
        assert_eq!(faults, json!([{ "times": 3, "fault": "stallAfter" }]));
        browser.click("#clear-faults").await;
        browser
            .until("!document.querySelector('#no-faults').hidden")
            .await;

        browser.click("#empty").await;
        browser.agree().await;
        browser
            .until("!document.querySelector('#no-requests').hidden")
            .await;
        // The user still has a company.
        browser
            .until("document.querySelector('[data-collection=messages]') === null")
            .await;
        assert_eq!(browser.complaints().await, [""; 0]);

        drop(program);
        browser
            .until(&says("#connection", "the sandbox has stopped"))
            .await;
    })
    .await;
}

#[tokio::test]
async fn it_can_be_used_by_keyboard_and_screen_reader() {
    with_browser(async |browser: Browser| {
        let program = Program::start(&[]);
        save(&program, "Hi").await.unwrap();
        browser.visit(&format!("{}/sandbox/", program.url())).await;
        browser.until("document.querySelector('#request-1')").await;

        for selector in [
            "button",
            "select",
            "input",
            "section",
            "nav",
            "[role=region]",
        ] {
            let names = browser.names(selector).await;
            assert!(
                !names.is_empty() && !names.contains(&String::new()),
                "{selector}: {names:?}"
            );
        }
        assert!(
            browser
                .names("button")
                .await
                .contains(&"Copy: Access token".to_owned())
        );
        assert_eq!(browser.value("document.documentElement.lang").await, "en");
        assert_eq!(
            browser
                .value("document.querySelectorAll('th:not([scope])').length")
                .await,
            0
        );

        browser
            .value("document.querySelector('#request-1').focus()")
            .await;
        browser.press(ENTER).await;
        browser
            .until("document.querySelector('#request-1').getAttribute('aria-expanded') === 'true'")
            .await;
        // The focus stays where it is when the list changes.
        save(&program, "Ho").await.unwrap();
        browser.until("document.querySelector('#request-2')").await;
        assert_eq!(
            browser.value("document.activeElement.id").await,
            "request-1"
        );
        // Nothing is wider than the window, down to that of a phone.
        assert_eq!(
            browser
                .value("document.body.scrollWidth <= innerWidth")
                .await,
            true
        );
    })
    .await;
}
