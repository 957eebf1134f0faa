//! Operations: progenitor's client, one file for each call, without what Tight does not document.

use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ImplItemFn, Pat, Stmt};

use super::stock::{Stock, fault};
use super::{File, print};
use crate::contract::{Auth, Contract, Operation};
use crate::diagnostic::Result;
use crate::layout::SDK;

/// One file for each operation, and the module with the client that they are methods of.
pub(super) fn files(contract: &Contract, stock: &Stock) -> Result<Vec<File>> {
    let mut files = vec![module_file(contract, stock)?];
    for operation in &contract.operations {
        files.push(operation_file(operation, stock)?);
    }
    Ok(files)
}

/// The name of the constant that describes an operation.
pub(super) fn constant(operation: &Operation) -> syn::Ident {
    format_ident!(
        "{}",
        heck::ToShoutySnakeCase::to_shouty_snake_case(operation.id.as_str())
    )
}

fn module_file(contract: &Contract, stock: &Stock) -> Result<File> {
    let path = format!("{SDK}/operations/mod.rs");
    let mut modules: Vec<_> = contract
        .operations
        .iter()
        .map(|operation| &operation.rust_name)
        .collect();
    modules.sort();
    let modules = modules.into_iter().map(|name| format_ident!("{name}"));

    let mut client = stock.client()?;
    client.attrs = vec![syn::parse_quote!(#[derive(Clone, Debug)])];
    client.vis = syn::parse_quote!(pub(crate));
    let mut new = stock.method("new_with_client")?;
    new.attrs.clear();
    new.vis = syn::parse_quote!(pub(crate));
    let info = stock.client_trait("ClientInfo")?;
    let source = print::file(
        &path,
        quote! {
            //! The calls as they go over the wire: one method of [`Client`] for each operation, and its description.

            #(pub(crate) mod #modules;)*

            use progenitor_client::ClientInfo;

            use crate::runtime::Call;

            /// Sends requests, through the hooks of the [`Call`] that it carries.
            #client

            impl Client {
                /// Sends through `client`, to the API at `baseurl`.
                #new
            }

            #info
        },
    )?;
    Ok(File::new(path, source))
}

fn operation_file(operation: &Operation, stock: &Stock) -> Result<File> {
    let path = format!("{SDK}/operations/{}.rs", operation.rust_name);
    let mut method = stock.method(&operation.rust_name)?;
    remove_version_header(&mut method)?;
    Tidy.visit_impl_item_fn_mut(&mut method);
    method.attrs.clear();
    method.vis = syn::parse_quote!(pub(crate));
    elide_lifetimes(&mut method);

    let title = format!("`{} {}`", operation.method, operation.path);
    let page = print::source_page(&operation.page);
    let method_doc = print::doc([format!(
        "Sends {title}. A status that is not a success comes back as an unread response."
    )]);
    let constant_doc = print::doc([
        format!("{title}: {}.", print::prose(&operation.summary)),
        page,
    ]);
    let constant = constant(operation);
    let id = &operation.id;
    let effect = if operation.reads {
        quote!(Effect::Reads)
    } else {
        quote!(Effect::Writes)
    };
    let auth = match operation.auth {
        Auth::Token => quote!(Auth::Token),
        Auth::ClientCredentials => quote!(Auth::ClientCredentials),
    };
    let types = operation.request.is_some().then(|| {
        quote!(
            use crate::types;
        )
    });
    // progenitor imports whatever an operation may need; a file keeps what its operation uses.
    let body = method.block.to_token_stream().to_string();
    let helpers = [
        ("RequestBuilderExt", "form_urlencoded"),
        ("encode_path", "encode_path"),
    ];
    let helpers = helpers
        .iter()
        .filter(|(_, used)| body.contains(used))
        .map(|(name, _)| format_ident!("{name}"));
    let source = print::file(
        &path,
        quote! {
            use progenitor_client::{ByteStream, ClientHooks, Error, OperationInfo, #(#helpers,)* ResponseValue};

            use super::Client;
            use crate::runtime::{Auth, Effect, Operation};
            #types

            #constant_doc
            pub(crate) const #constant: Operation =
                Operation { id: #id, effect: #effect, auth: #auth };

            impl Client {
                #method_doc
                #method
            }
        },
    )?;
    Ok(File::new(path, source))
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

/// `.json(&body)` → `.json(body)`, which is a reference already; attributes that only a generator needs go.
struct Tidy;

impl VisitMut for Tidy {
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
