#![allow(unreachable_pub, missing_docs, dead_code)]

use super::*;
use crate::types::ReadStatus::{self, Read, Unread};
use crate::{Date, Number, Timestamp};

condition! {
    pub struct TextFilter {
        equal: String,
        not_equal: String,
        greater_than_equal: String,
        less_than: String,
        contain: String,
        in_: Vec<String>,
    }
}

condition! {
    pub struct AmountFilter {
        equal: Number,
        not_equal: Number,
        greater_than: Number,
        greater_than_equal: Number,
        less_than: Number,
        less_than_equal: Number,
    }
}

condition! {
    pub struct DayFilter {
        greater_than_equal: Date,
        less_than: Date,
        less_than_equal: Date,
    }
}

condition! {
    pub struct TimeFilter {
        greater_than: Timestamp,
    }
}

condition! {
    pub struct StateFilter {
        in_: Vec<ReadStatus>,
        not_in: Vec<ReadStatus>,
    }
}

condition! {
    pub struct FlagFilter {
        equal: bool,
    }
}

condition! {
    pub struct IdFilter {
        in_: Vec<String>,
        not_in: Vec<String>,
    }
}

reference! {
    pub struct CustomerFilter {
        /// Whether all of the customer is wanted.
        expand: bool,
        /// The id of the customer.
        id: IdFilter,
    }
}

reference! {
    pub struct InvoiceFilter {
        /// Whether all of the invoice is wanted.
        expand: bool,
        /// Its lines.
        line_items: LinesFilter,
    }
}

reference! {
    pub struct LinesFilter {
        /// Whether all of the lines are wanted.
        expand: bool,
    }
}

/// What a query would send of a field that is asked for with an `F`.
fn asked<F: serde::Serialize>(condition: impl Into<F>) -> String {
    serde_json::to_string(&condition.into()).unwrap()
}

#[test]
fn texts_are_asked_for_by_value_list_range_and_part() {
    assert_eq!(asked::<TextFilter>("Rent"), r#"{"equal":"Rent"}"#);
    assert_eq!(
        asked::<TextFilter>(String::from("Rent")),
        r#"{"equal":"Rent"}"#
    );
    assert_eq!(
        asked::<TextFilter>(&String::from("Rent")),
        r#"{"equal":"Rent"}"#
    );
    assert_eq!(asked::<TextFilter>(equals("Rent")), r#"{"equal":"Rent"}"#);
    assert_eq!(
        asked::<TextFilter>(is_not("Rent")),
        r#"{"notEqual":"Rent"}"#
    );
    assert_eq!(asked::<TextFilter>(contains("en")), r#"{"contain":"en"}"#);
    assert_eq!(
        asked::<TextFilter>("a".."b"),
        r#"{"greaterThanEqual":"a","lessThan":"b"}"#
    );
    assert_eq!(asked::<TextFilter>(["a", "b"]), r#"{"in":["a","b"]}"#);
    assert_eq!(
        asked::<TextFilter>(vec![String::from("a")]),
        r#"{"in":["a"]}"#
    );
    assert_eq!(asked::<TextFilter>(&["a", "b"][..]), r#"{"in":["a","b"]}"#);
    assert_eq!(asked::<TextFilter>(&vec!["a"]), r#"{"in":["a"]}"#);
    assert_eq!(asked::<TextFilter>(&["a"]), r#"{"in":["a"]}"#);
    let known = std::collections::BTreeSet::from(["b", "a"]);
    assert_eq!(asked::<TextFilter>(one_of(known)), r#"{"in":["a","b"]}"#);
}

#[test]
fn amounts_are_asked_for_with_any_whole_number_and_with_what_answers_carry() {
    let of_an_answer: Number = "150.50".parse().unwrap();
    assert_eq!(asked::<AmountFilter>(5), r#"{"equal":5}"#);
    assert_eq!(asked::<AmountFilter>(5_u64), r#"{"equal":5}"#);
    assert_eq!(asked::<AmountFilter>(5_usize), r#"{"equal":5}"#);
    assert_eq!(asked::<AmountFilter>(..0), r#"{"lessThan":0}"#);
    assert_eq!(asked::<AmountFilter>(..=0_i64), r#"{"lessThanEqual":0}"#);
    assert_eq!(
        asked::<AmountFilter>(-5..=5),
        r#"{"greaterThanEqual":-5,"lessThanEqual":5}"#
    );
    assert_eq!(
        asked::<AmountFilter>(at_least(of_an_answer.clone())),
        r#"{"greaterThanEqual":150.50}"#
    );
    assert_eq!(
        asked::<AmountFilter>(of_an_answer.clone()..),
        r#"{"greaterThanEqual":150.50}"#
    );
    assert_eq!(asked::<AmountFilter>(of_an_answer), r#"{"equal":150.50}"#);
    assert_eq!(asked::<AmountFilter>(less_than(5)), r#"{"lessThan":5}"#);
    assert_eq!(
        asked::<AmountFilter>(at_most(5_u8)),
        r#"{"lessThanEqual":5}"#
    );
    assert_eq!(
        asked::<AmountFilter>(greater_than(5).and(is_not(7))),
        r#"{"notEqual":7,"greaterThan":5}"#
    );
}

#[test]
fn days_and_times_are_asked_for_as_values_and_as_texts() {
    let quarter = r#"{"greaterThanEqual":"2024-01-01","lessThanEqual":"2024-03-31"}"#;
    let (january, march) = (Date::new(2024, 1, 1), Date::new(2024, 3, 31));
    assert_eq!(asked::<DayFilter>(january.clone()..=march.clone()), quarter);
    assert_eq!(asked::<DayFilter>("2024-01-01"..="2024-03-31"), quarter);
    assert_eq!(
        asked::<DayFilter>(january..march),
        r#"{"greaterThanEqual":"2024-01-01","lessThan":"2024-03-31"}"#
    );
    assert_eq!(
        asked::<TimeFilter>(greater_than(Timestamp::from("2024-01-01T00:00:00Z"))),
        r#"{"greaterThan":"2024-01-01T00:00:00Z"}"#
    );
}

#[test]
fn choices_are_asked_for_by_value_also_where_the_api_takes_lists_alone() {
    assert_eq!(asked::<StateFilter>(Unread), r#"{"in":["UNREAD"]}"#);
    assert_eq!(asked::<StateFilter>("NEW"), r#"{"in":["NEW"]}"#);
    assert_eq!(
        asked::<StateFilter>([Read, Unread]),
        r#"{"in":["READ","UNREAD"]}"#
    );
    assert_eq!(asked::<StateFilter>(["READ"]), r#"{"in":["READ"]}"#);
    assert_eq!(asked::<StateFilter>(is_not(Read)), r#"{"notIn":["READ"]}"#);
    assert_eq!(
        asked::<StateFilter>(none_of([Read])),
        r#"{"notIn":["READ"]}"#
    );
    assert_eq!(asked::<StateFilter>([] as [ReadStatus; 0]), r#"{"in":[]}"#);
    assert_eq!(asked::<FlagFilter>(true), r#"{"equal":true}"#);
}

#[test]
fn what_a_field_refers_to_is_asked_for_by_its_id_and_expanded() {
    assert_eq!(asked::<CustomerFilter>(expand()), r#"{"expand":true}"#);
    assert_eq!(
        asked::<CustomerFilter>("cus_1"),
        r#"{"id":{"in":["cus_1"]}}"#
    );
    assert_eq!(
        asked::<CustomerFilter>(is_not("cus_1")),
        r#"{"id":{"notIn":["cus_1"]}}"#
    );
    assert_eq!(
        asked::<CustomerFilter>(expand().and(one_of(["cus_1", "cus_2"]))),
        r#"{"expand":true,"id":{"in":["cus_1","cus_2"]}}"#
    );
    assert_eq!(
        asked::<CustomerFilter>(expand().and(["cus_1"]).and(none_of(["cus_2"]))),
        r#"{"expand":true,"id":{"in":["cus_1"],"notIn":["cus_2"]}}"#
    );
    assert_eq!(
        asked::<InvoiceFilter>(InvoiceFilter::new().expand(true).line_items(expand())),
        r#"{"expand":true,"lineItems":{"expand":true}}"#
    );
}

#[test]
fn of_two_conditions_of_one_kind_the_later_counts() {
    assert_eq!(
        asked::<AmountFilter>(at_least(5).and(at_least(7))),
        r#"{"greaterThanEqual":7}"#
    );
    assert_eq!(
        asked::<AmountFilter>(is_not(3).and(1..=5).and(at_most(4))),
        r#"{"notEqual":3,"greaterThanEqual":1,"lessThanEqual":4}"#
    );
    assert_eq!(asked::<IdFilter>(one_of(["a"]).and("b")), r#"{"in":["b"]}"#);
}

#[test]
fn an_object_can_be_read_and_written_by_its_fields() {
    let read: AmountFilter = serde_json::from_str(r#"{"lessThan":5,"else":1}"#).unwrap();
    assert_eq!(
        read,
        AmountFilter {
            less_than: Some(5.into()),
            ..AmountFilter::default()
        }
    );
    assert_eq!(asked::<AmountFilter>(read), r#"{"lessThan":5}"#);
}
