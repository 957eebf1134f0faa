//! Turns progenitor's method for an operation into the code that builds its request, in the style of handwritten code.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ImplItemFn, Pat, Stmt, Token};

use super::request;
use crate::api::{Body, Position};
use crate::diagnostic::Result;
use crate::emit::generator_input::{operation_name, parameter_name};
use crate::emit::generator_output::{GeneratorOutput, fault};
use crate::kinds::Call;
use crate::rust::Imports;

/// The statements that make the request, of the fields of `self` and of `api`: the last is its value.
pub(super) fn build_statements(
    index: usize,
    call: &Call<'_, '_>,
    output: &mut GeneratorOutput,
    imports: &mut Imports,
) -> Result<Vec<Stmt>> {
    let mut method = output.take_method(&operation_name(index))?;
    remove_version_header(&mut method)?;
    if let Body::Multipart(_) = call.operation.body {
        send_form(&mut method)?;
    }
    UseOwnFields { call, imports }.visit_impl_item_fn_mut(&mut method);
    let mut statements = keep_until_request(method)?;
    let query = request::query(call, imports);
    let is_optional = matches!(call.operation.body, Body::Json { .. }) && !call.sends_body();
    if query.is_some() || is_optional {
        let optional_json = is_optional.then(|| imports.runtime("call", "optional_json"));
        let mut pass = AddQuery {
            query,
            optional_json,
            found: false,
        };
        statements
            .iter_mut()
            .for_each(|statement| pass.visit_stmt_mut(statement));
        if !pass.found {
            return Err(fault(format!(
                "the request of `{}` is not built as expected",
                call.operation.id
            )));
        }
    }
    let written = quote!(#(#statements)*).to_string();
    if written.contains("encode_path") || written.contains("progenitor_client") {
        return Err(fault(format!(
            "`{}` makes its request in a way that is not expected",
            call.operation.id
        )));
    }
    Ok(statements)
}

/// What progenitor does not write: `request.build()` → `request.query(…).build()`, and of a body that may be left out
/// `request.json(&body)` → `optional_json(request, body)`.
struct AddQuery {
    query: Option<TokenStream>,
    optional_json: Option<TokenStream>,
    found: bool,
}

impl VisitMut for AddQuery {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let Expr::MethodCall(call) = expr else { return };
        let receiver = &call.receiver;
        if call.method == "build" {
            let query = self.query.iter();
            *expr = syn::parse_quote!(#receiver #(.query(#query))* .build());
            self.found = true;
        } else if call.method == "json"
            && let Some(optional_json) = &self.optional_json
        {
            *expr = syn::parse_quote!(#optional_json(#receiver, self.body.as_ref()));
        }
    }
}

/// Keeps the statements up to the request, since the runtime sends it: `let mut request = X?;` → `Ok(X?)`
fn keep_until_request(method: ImplItemFn) -> Result<Vec<Stmt>> {
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

/// Replaces the generator's code with handwritten style, using the fields of the request:
///
/// - `self.client`, `self.baseurl` → `api.http`, `api.base_url`
/// - `&body` → `&self.body`
/// - `encode_path(&in_path_0.to_string())` → `path::encode(&self.id)`
/// - `.form_urlencoded(&body)?` → `.form(&self.body)`
/// - attributes that only a generator needs go
struct UseOwnFields<'a, 'b, 'd> {
    call: &'a Call<'b, 'd>,
    imports: &'a mut Imports,
}

impl VisitMut for UseOwnFields<'_, '_, '_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Field(field) = expr
            && field.base.to_token_stream().to_string() == "self"
        {
            match field.member.to_token_stream().to_string().as_str() {
                "client" => *expr = syn::parse_quote!(api.http),
                "baseurl" => *expr = syn::parse_quote!(Self::base_url(api)),
                _ => {}
            }
            return;
        }
        visit_mut::visit_expr_mut(self, expr);
        match expr {
            Expr::Path(path) if path.path.is_ident("body") => *expr = syn::parse_quote!(self.body),
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

impl UseOwnFields<'_, '_, '_> {
    /// The arguments of the `format!` that makes the address. progenitor's own encoding leaves `\\` as it is, which URLs take for `/`.
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

    fn encoded(&mut self, argument: &Expr) -> Option<Expr> {
        let Expr::Call(call) = argument else {
            return None;
        };
        let written = call.args.to_token_stream().to_string();
        let in_path = self
            .call
            .operation
            .parameters
            .iter()
            .zip(&self.call.names.parameters);
        let mut in_path = in_path.filter(|(parameter, _)| parameter.position == Position::Path);
        let index = (0..in_path.clone().count())
            .find(|index| written == format!("& {} . to_string ()", parameter_name(*index)))?;
        let (_, names) = in_path.nth(index)?;
        let value = request::in_path(&names.name, self.imports);
        Some(syn::parse_quote!(#value))
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
