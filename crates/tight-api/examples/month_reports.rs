//! A bank shows a company how it stands: its balance sheet and its profit and loss, as tables.
//!
//! A report is a tree of lines, each with those below it. Amounts are exact, and are probably cents: with the feature
//! `rust_decimal`, which this example needs, they are decimals without a detour through floats.
//!
//! ```sh
//! cargo run -p tight-api --example month_reports
//! ```
//!
//! It runs in an embedded sandbox, or against Tight if the environment says who is calling. The sandbox keeps no books: its
//! reports are the documented examples, which show some of their lines and are of dates of their own.
#![allow(
    clippy::print_stdout,
    reason = "an example speaks to the person who runs it"
)]

mod support;

use std::error::Error;
use std::iter;

use rust_decimal::Decimal;
use tight_api::types::{
    BalanceSheetQuery, ProfitAndLossQuery, ReportDates, ReportDimensionFilter,
    ReportDimensionGrouping, ReportGroupingPeriod, ReportLine,
};
use tight_api::{Date, Number};

/// A row of a table, with the amount in whole units and cents.
fn row(name: &str, account: &str, amount: Option<&Number>) -> String {
    let cents = amount.and_then(Number::to_decimal);
    let amount = cents.map(|cents| format!("{:.2}", cents / Decimal::from(100)));
    format!(
        "{name:<32} {account:>5} {:>12}\n",
        amount.unwrap_or_default()
    )
}

/// A line of a report, and those below it.
fn rows(line: &ReportLine, depth: usize) -> String {
    let name = format!("{:width$}{}", "", text(&line.name), width = 2 * depth);
    let first = row(&name, text(&line.account_no), line.total.as_ref());
    let below = line.children.iter().map(|line| rows(line, depth + 1));
    iter::once(first).chain(below).collect()
}

fn text(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or_default()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, sandbox) = support::connect().await?;
    let (first, last) = (Date::new(2025, 1, 1), Date::new(2025, 12, 31));
    let mut tables = String::new();

    let year = ReportDates::new()
        .begin_date(first.clone())
        .end_date(last.clone());
    let query = BalanceSheetQuery::new().filter(year);
    for sheet in &client.reports().balance_sheet(query).await?.json {
        tables += &format!("Balance sheet, {}\n", text(&sheet.name));
        tables.extend(sheet.assets.iter().map(|line| rows(line, 0)));
        // The documentation at hand ends with the assets. What comes beside them is kept, and is probably lines, too.
        for (name, _) in sheet.unknown_fields.iter() {
            let line = sheet.unknown_fields.read(name).and_then(Result::ok);
            tables.extend(line.iter().map(|line| rows(line, 0)));
        }
    }

    let year = ReportDimensionFilter::new()
        .begin_date(first)
        .end_date(last);
    let monthly = ReportDimensionGrouping::new().period(ReportGroupingPeriod::Monthly);
    let query = ProfitAndLossQuery::new().filter(year).grouping(monthly);
    for month in &client.reports().profit_and_loss(query).await?.json {
        for group in &month.data {
            tables += &format!(
                "\nProfit and loss, {}, {}\n",
                text(&month.name),
                text(&group.name)
            );
            let (income, costs) = (group.income.iter(), group.cogs.iter());
            tables.extend(income.chain(costs).map(|line| rows(line, 0)));
            tables += &row("Gross profit", "", group.gross_profit.as_ref());
            tables.extend(group.expenses.iter().map(|line| rows(line, 0)));
            tables += &row("Net income", "", group.net_income.as_ref());
        }
    }

    print!("{tables}");
    if sandbox.is_some() {
        assert!(tables.contains("    Stripe                       11003        26.69"));
        assert!(tables.ends_with(" 19970.89\n"));
    }
    Ok(())
}
