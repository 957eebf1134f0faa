//! Every value of a document, with what it is by where it stands.

use super::grammar::Kind;
use super::node::Node;

/// Visits a value and all that is in it, parents first.
pub(super) fn walk<'a>(node: Node<'a>, kind: Kind, visit: &mut impl FnMut(Node<'a>, Kind)) {
    visit(node, kind);
    node.document().store.worked(1);
    for (key, member) in node.entries() {
        walk(member, kind.member(key), visit);
    }
    for item in node.items() {
        walk(item, kind.item(), visit);
    }
}

/// What a value is, by the way that leads to it.
pub(super) fn kind_of(node: Node<'_>) -> Kind {
    match (node.parent(), node.key()) {
        (None, _) => Kind::Document,
        (Some(parent), Some(key)) => kind_of(parent).member(key),
        (Some(parent), None) => kind_of(parent).item(),
    }
}
