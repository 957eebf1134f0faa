//! progenitor's method for an operation, up to the request that it would send, as a person would have written it.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ImplItemFn, Pat, Stmt, Token};

use crate::contract::{Body, Operation};
use crate::diagnostic::Result;
use crate::generate::stock::{Stock, fault};

/// The statements that make the request, of the fields of `self` and of `api`: the last is its value.
pub(super) fn building(operation: &Operation, stock: &Stock) -> Result<Vec<Stmt>> {
    let mut method = stock.method(&operation.rust_name)?;
    remove_version_header(&mut method)?;
    if let Body::Multipart(_) = operation.body {
        send_form(&mut method)?;
    }
    Fields(operation).visit_impl_item_fn_mut(&mut method);
    cut(method)
}

/// What comes after the request is sent is the runtime's: `let mut request = X?;` → `Ok(X?)`
fn cut(method: ImplItemFn) -> Result<Vec<Stmt>> {
    let name = method.sig.ident;
    let mut statements = Vec::new();
    for statement in method.block.stmts {
        match statement {
            Stmt::Local(local) if is_request(&local.pat) => {
                let Some(made) = local.init.map(|init| init.expr) else {
                    break;
                };
                statements.push(Stmt::Expr(syn::parse_quote!(Ok(#made)), None));
                return Ok(statements);
            }
            statement => statements.push(statement),
        }
    }
    Err(fault(format!("`{name}` makes no `request` as expected")))
}

fn is_request(pattern: &Pat) -> bool {
    binds(pattern, "request")
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

/// What generators write to be safe anywhere, as people write it here, of the request's own fields:
///
/// - `self.client`, `self.baseurl` → `api.http`, `api.base_url`
/// - `id`, `&body` → `self.id`, `&self.body`
/// - `.query(&progenitor_client::QueryParam::new("limit", &limit))` → `.query(&[("limit", &self.limit)])`
/// - `.form_urlencoded(&body)?` → `.form(&self.body)`
/// - attributes that only a generator needs go
struct Fields<'a>(&'a Operation);

impl VisitMut for Fields<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Field(field) = expr
            && field.base.to_token_stream().to_string() == "self"
        {
            match field.member.to_token_stream().to_string().as_str() {
                "client" => *expr = syn::parse_quote!(api.http),
                "baseurl" => *expr = syn::parse_quote!(api.base_url),
                _ => {}
            }
            return;
        }
        visit_mut::visit_expr_mut(self, expr);
        match expr {
            Expr::Path(path) => {
                if let Some(name) = path.path.get_ident().filter(|name| self.is_field(name)) {
                    *expr = syn::parse_quote!(self.#name);
                }
            }
            Expr::Call(call) => {
                let function = call.func.to_token_stream().to_string();
                let mut arguments = call.args.iter();
                if function == "progenitor_client :: QueryParam :: new"
                    && let (Some(name), Some(value)) = (arguments.next(), arguments.next())
                {
                    *expr = syn::parse_quote!([(#name, #value)]);
                }
            }
            Expr::Try(tried) => {
                if let Expr::MethodCall(call) = &*tried.expr
                    && call.method == "form_urlencoded"
                {
                    let (receiver, body) = (&call.receiver, &call.args);
                    *expr = syn::parse_quote!(#receiver.form(#body));
                }
            }
            _ => {}
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
}

impl Fields<'_> {
    fn is_field(&self, name: &syn::Ident) -> bool {
        let mut parameters = self.0.parameters.iter();
        let is_body = matches!(self.0.body, Body::Object(_)) && name == "body";
        is_body || parameters.any(|parameter| name == &parameter.rust_name)
    }

    /// The arguments of the `format!` that makes the address: `encode_path(&id.to_string())` → `path::encode(self.id.as_str())`.
    /// progenitor's own leaves `\\` as it is, which URLs take for `/`.
    fn address(&mut self, tokens: &TokenStream) -> Option<TokenStream> {
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated;
        let arguments = arguments.parse2(tokens.clone()).ok()?;
        let arguments: Vec<Expr> = arguments
            .into_iter()
            .map(|mut argument| {
                if let Some(encoded) = self.encoded(&argument) {
                    return encoded;
                }
                self.visit_expr_mut(&mut argument);
                argument
            })
            .collect();
        Some(quote!(#(#arguments),*))
    }

    fn encoded(&self, argument: &Expr) -> Option<Expr> {
        let Expr::Call(call) = argument else {
            return None;
        };
        let parameter = self.0.parameters.iter().find(|parameter| {
            let name = &parameter.rust_name;
            call.args.to_token_stream().to_string() == format!("& {name} . to_string ()")
        })?;
        let name = format_ident!("{}", parameter.rust_name);
        Some(syn::parse_quote!(path::encode(self.#name.as_str())))
    }
}

/// `.header(…).body(body)`, sent as bytes → `.multipart(form)`
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
    if pass.found {
        return Ok(());
    }
    Err(fault(format!(
        "`{}` does not send its body as expected",
        method.sig.ident
    )))
}
