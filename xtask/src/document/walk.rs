//! Walks every value of a document, with its OpenAPI object kind.

use super::grammar::ObjectKind;
use super::node::Node;

/// Visits a value and all that is in it, parents first.
pub(super) fn walk<'a>(
    node: Node<'a>,
    kind: ObjectKind,
    visit: &mut impl FnMut(Node<'a>, ObjectKind),
) {
    visit(node, kind);
    node.document().store.worked(1);
    for (key, member) in node.entries() {
        walk(member, kind.member(key), visit);
    }
    for item in node.items() {
        walk(item, kind.item(), visit);
    }
}

/// The OpenAPI object kind of a value, by the path to it.
pub(super) fn kind_of(node: Node<'_>) -> ObjectKind {
    match (node.parent(), node.key()) {
        (None, _) => ObjectKind::Document,
        (Some(parent), Some(key)) => kind_of(parent).member(key),
        (Some(parent), None) => kind_of(parent).item(),
    }
}
