//! progenitor's method for an operation, without what Tight does not document, as a person would have written it.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FnArg, ImplItemFn, Pat, Stmt, Token};

use crate::contract::{Body, FieldType, Operation};
use crate::diagnostic::Result;
use crate::generate::stock::{Stock, fault};

/// The finished method.
pub(super) fn method(operation: &Operation, stock: &Stock) -> Result<ImplItemFn> {
    let mut method = stock.method(&operation.rust_name)?;
    remove_version_header(&mut method)?;
    if let Body::Multipart(_) = operation.body {
        send_form(&mut method)?;
    }
    Tidy(operation).visit_impl_item_fn_mut(&mut method);
    method.attrs.clear();
    method.vis = syn::parse_quote!(pub(crate));
    elide_lifetimes(&mut method);
    Ok(method)
}

/// What a method takes, in its order.
pub(super) fn arguments(method: &ImplItemFn) -> impl Iterator<Item = String> {
    method
        .sig
        .inputs
        .iter()
        .filter_map(|argument| match argument {
            FnArg::Typed(argument) => Some(argument.pat.to_token_stream().to_string()),
            FnArg::Receiver(_) => None,
        })
}

/// Takes the `api-version` header away, which progenitor sends and Tight does not document, and with it the header map
/// if nothing else is in it.
fn remove_version_header(method: &mut ImplItemFn) -> Result<()> {
    let statements = &mut method.block.stmts;
    let mentions =
        |statement: &Stmt, what: &str| statement.to_token_stream().to_string().contains(what);
    let before = statements.len();
    statements.retain(|statement| !mentions(statement, "\"api-version\""));
    if statements.len() + 1 != before {
        return Err(fault(format!(
            "`{}` does not set the `api-version` header as expected",
            method.sig.ident
        )));
    }
    if !statements
        .iter()
        .any(|statement| mentions(statement, "header_map . append"))
    {
        statements.retain(
            |statement| !matches!(statement, Stmt::Local(local) if binds(&local.pat, "header_map")),
        );
        WithoutHeaders.visit_impl_item_fn_mut(method);
    }
    Ok(())
}

fn binds(pattern: &Pat, name: &str) -> bool {
    matches!(pattern, Pat::Ident(pattern) if pattern.ident == name)
}

/// `request.headers(header_map)` → `request`
struct WithoutHeaders;

impl VisitMut for WithoutHeaders {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::MethodCall(call) = expr
            && call.method == "headers"
        {
            *expr = (*call.receiver).clone();
        }
    }
}

/// What generators write to be safe anywhere, as people write it here:
///
/// - `.json(&body)` → `.json(body)`, which is a reference already
/// - `progenitor_client::QueryParam` → `QueryParam`
/// - `EmojiCode` → `types::EmojiCode`
/// - attributes that only a generator needs go
struct Tidy<'a>(&'a Operation);

impl VisitMut for Tidy<'_> {
    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        if (call.method == "json" || call.method == "form_urlencoded")
            && let Some(argument) = call.args.first_mut()
            && let Expr::Reference(reference) = argument
        {
            *argument = (*reference.expr).clone();
        }
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        visit_mut::visit_local_mut(self, local);
        local.attrs.clear();
    }

    fn visit_macro_mut(&mut self, written: &mut syn::Macro) {
        if written.path.is_ident("format")
            && let Some(tokens) = self.address(&written.tokens)
        {
            written.tokens = tokens;
        }
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let names = |name: &syn::Ident| {
            let mut parameters = self.0.parameters.iter();
            parameters.any(|parameter| parameter.ty.schema().is_some_and(|schema| name == schema))
        };
        let is_query = path
            .segments
            .first()
            .is_some_and(|first| first.ident == "progenitor_client");
        if is_query {
            path.segments = path.segments.iter().skip(1).cloned().collect();
        } else if let Some(name) = path.get_ident().filter(|name| names(name)) {
            *path = syn::parse_quote!(types::#name);
        }
    }
}

impl Tidy<'_> {
    /// The arguments of the `format!` that makes the address: `encode_path(&id.to_string())` → `path::encode(id)`. progenitor's
    /// own leaves `\\` as it is, which URLs take for `/`.
    fn address(&self, tokens: &TokenStream) -> Option<TokenStream> {
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated;
        let arguments = arguments.parse2(tokens.clone()).ok()?;
        let arguments = arguments.into_iter().map(|argument| {
            let Expr::Call(call) = &argument else {
                return argument;
            };
            let parameter = self.0.parameters.iter().find(|parameter| {
                let name = &parameter.rust_name;
                call.args.to_token_stream().to_string() == format!("& {name} . to_string ()")
            });
            let Some(parameter) = parameter else {
                return argument;
            };
            let name = format_ident!("{}", parameter.rust_name);
            match parameter.ty {
                FieldType::Text => syn::parse_quote!(path::encode(#name)),
                _ => syn::parse_quote!(path::encode(#name.as_str())),
            }
        });
        Some(quote!(#(#arguments),*))
    }
}

/// `<'a>(&'a self, body: &'a Body)` → `(&self, body: &Body)`
fn elide_lifetimes(method: &mut ImplItemFn) {
    struct Elide;
    impl VisitMut for Elide {
        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            visit_mut::visit_type_reference_mut(self, reference);
            reference.lifetime = None;
        }

        fn visit_receiver_mut(&mut self, receiver: &mut syn::Receiver) {
            *receiver = syn::parse_quote!(&self);
        }
    }
    method.sig.generics = syn::Generics::default();
    Elide.visit_signature_mut(&mut method.sig);
}

/// `body: B` sent as bytes → `form: Form` sent as such.
fn send_form(method: &mut ImplItemFn) -> Result<()> {
    struct SendForm {
        found: bool,
    }
    impl VisitMut for SendForm {
        fn visit_expr_mut(&mut self, expr: &mut Expr) {
            visit_mut::visit_expr_mut(self, expr);
            let Expr::MethodCall(call) = expr else { return };
            if call.method == "body"
                && let Expr::MethodCall(typed) = &*call.receiver
                && typed.method == "header"
            {
                let receiver = &typed.receiver;
                *expr = syn::parse_quote!(#receiver.multipart(form));
                self.found = true;
            }
        }
    }
    let mut pass = SendForm { found: false };
    pass.visit_impl_item_fn_mut(method);
    let body = method.sig.inputs.iter_mut().find(
        |argument| matches!(argument, FnArg::Typed(argument) if binds(&argument.pat, "body")),
    );
    match body {
        Some(body) if pass.found => {
            *body = syn::parse_quote!(form: reqwest::multipart::Form);
            Ok(())
        }
        _ => Err(fault(format!(
            "`{}` does not send its body as expected",
            method.sig.ident
        ))),
    }
}
