//! Aims a fault at requests, in words that read like a sentence.

use std::{fmt, sync::Arc};

use crate::{
    faults::{
        fault::Fault,
        orders::{Chance, Order, Orders, Target},
        reply::Reply,
    },
    http::received::ReceivedRequest,
};

/// The requests that are to fail, from [`Sandbox::next`](crate::Sandbox::next) and
/// [`Sandbox::next_request`](crate::Sandbox::next_request). Nothing fails until [`Aim::fails`] or [`Aim::responds`] says how.
///
/// Without further words, it is one request: the next. A request *matches* if it is for the operation and fulfils all
/// conditions.
///
/// ```
/// use std::time::Duration;
/// use tight_sandbox::{Fault, Reply, Sandbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = Sandbox::start().await?;
/// // The third save of messages, once two have passed, is stored, but its response is lost.
/// sandbox.next("saveMessages").pass(2).fails(Fault::DropAfter);
/// // The next two requests for this customer say that he does not exist.
/// sandbox
///     .next_request()
///     .matching(|request| request.path == "/v6/customers/cus_7")
///     .times(2)
///     .fails(Reply::status(404));
/// // From now on, one request of twenty is served by a gateway: which ones is the same in every run.
/// sandbox.next_request().with_probability(0.05, 42).fails(Reply::html(502, "<h1>Bad gateway</h1>"));
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing fails until `fails` is called"]
pub struct Aim<'a> {
    orders: &'a Orders,
    order: Order,
    /// Whether the test has said how many requests fail.
    is_counted: bool,
}

impl<'a> Aim<'a> {
    pub(crate) fn at(target: Target, orders: &'a Orders) -> Self {
        Self {
            orders,
            order: Order {
                target,
                conditions: Vec::new(),
                matching: None,
                pass: 0,
                times: Some(1),
                chance: None,
                fault: Fault::DropBefore,
                is_met: false,
            },
            is_counted: false,
        }
    }

    /// Adds a condition on the method, path, query, headers or body of the request.
    ///
    /// The sandbox waits while `condition` runs, so it must not use the sandbox itself.
    ///
    /// ```
    /// use tight_sandbox::{Reply, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// sandbox
    ///     .next("saveMessages")
    ///     .matching(|request| request.json()["data"][0]["text"] == "Thank you")
    ///     .fails(Reply::status(503));
    /// # Ok(())
    /// # }
    /// ```
    pub fn matching(
        mut self,
        condition: impl Fn(&ReceivedRequest) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.order.conditions.push(Arc::new(condition));
        self
    }

    /// Lets this many matching requests pass first.
    pub fn pass(mut self, requests: usize) -> Self {
        self.order.pass = requests;
        self
    }

    /// Makes this many requests fail, one after the other.
    pub fn times(mut self, requests: usize) -> Self {
        self.order.times = Some(requests);
        self.is_counted = true;
        self
    }

    /// Makes all matching requests fail, until [`Sandbox::clear_faults`](crate::Sandbox::clear_faults).
    pub fn always(mut self) -> Self {
        self.order.times = None;
        self.is_counted = true;
        self
    }

    /// Makes each matching request fail with this probability, from 0.0 to 1.0: always, or [`Aim::times`] in all.
    ///
    /// With the same seed, the same requests fail in every run, counted in the order in which they take effect: the
    /// third and the seventh, say. If several are in flight, their order is their own affair.
    ///
    /// # Panics
    ///
    /// Panics if the probability is not from 0.0 to 1.0.
    #[track_caller]
    pub fn with_probability(mut self, probability: f64, seed: u64) -> Self {
        assert!(
            (0.0..=1.0).contains(&probability),
            "{probability} is not a probability: use 0.0 to 1.0"
        );
        self.order.chance = Some(Chance::new(probability, seed));
        self
    }

    /// Orders the fault: a [`Fault`], or a [`Reply`](crate::Reply) instead of the effect.
    ///
    /// A request has one fault at most. Orders are considered oldest first, and what takes a request hides it from
    /// younger ones, which do not count it. Only requests with a valid access token (or client credentials) and a
    /// complete body are considered.
    ///
    /// # Panics
    ///
    /// Panics if the fault has a status outside 200 to 999, or a text that is no JSON pointer.
    #[track_caller]
    pub fn fails(mut self, fault: impl Into<Fault>) {
        let fault = fault.into();
        fault.assert_possible();
        if self.order.chance.is_some() && !self.is_counted {
            self.order.times = None;
        }
        self.order.fault = fault;
        self.orders.add(self.order);
    }
}

impl Aim<'_> {
    /// Orders a response, for requests that are not to fail, but for which the sandbox has no answer, or another one. Means the same
    /// as [`fails`](Aim::fails) with a [`Reply`].
    ///
    /// With [`Sandbox::next_request`](crate::Sandbox::next_request), it also responds to paths and methods that the document does not
    /// have:
    ///
    /// ```
    /// use serde_json::json;
    /// use tight_sandbox::{Reply, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let forecast = json!({ "result": "SUCCESS", "data": { "cash": 1200 } });
    /// sandbox
    ///     .next_request()
    ///     .matching(|request| request.path == "/v6/forecasts")
    ///     .always()
    ///     .responds(Reply::json(200, &forecast));
    ///
    /// let url = format!("{}/v6/forecasts", sandbox.url());
    /// let response = reqwest::Client::new().get(url).bearer_auth(sandbox.access_token()).send().await?;
    /// assert_eq!(response.json::<serde_json::Value>().await?, forecast);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn responds(self, reply: Reply) {
        self.fails(reply);
    }
}

impl fmt::Debug for Aim<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aim").finish_non_exhaustive()
    }
}
