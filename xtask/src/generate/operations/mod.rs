//! Operations: one file for each call, with its description, its request as the runtime sends it, and progenitor's method.

mod method;
mod request;

use std::collections::BTreeSet;

use quote::{ToTokens, format_ident, quote};

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
    let method = method::method(operation, stock)?;
    let request = request::request(operation, &method)?;

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
    let body = [
        &method.block.to_token_stream(),
        &request.tokens,
        &method.sig.to_token_stream(),
    ]
    .map(ToString::to_string)
    .concat();
    let types = body.contains("types ::").then(|| {
        quote!(
            use crate::types;
        )
    });
    let own: BTreeSet<&str> = ["Auth", "Effect", "Operation", "Request", "Sent"]
        .into_iter()
        .chain(request.runtime)
        .collect();
    let own = own.into_iter().map(|name| format_ident!("{name}"));
    let std = request.std;
    let request = request.tokens;
    // progenitor imports whatever an operation may need; a file keeps what its operation uses.
    if body.contains("encode_path") {
        return Err(fault(format!(
            "`{}` encodes its path in a way that is not expected",
            operation.rust_name
        )));
    }
    let helpers = [
        ("QueryParam", "QueryParam"),
        ("RequestBuilderExt", "form_urlencoded"),
    ];
    let stock = [
        "ByteStream",
        "ClientHooks",
        "Error",
        "OperationInfo",
        "ResponseValue",
    ];
    let stock: BTreeSet<&str> = helpers
        .iter()
        .filter(|(_, used)| body.contains(used))
        .map(|(name, _)| *name)
        .chain(stock)
        .collect();
    let stock = stock.into_iter().map(|name| format_ident!("{name}"));
    let source = print::file(
        &path,
        quote! {
            #std
            use progenitor_client::{#(#stock),*};

            use super::Client;
            use crate::runtime::{#(#own),*};
            #types

            #constant_doc
            pub(crate) const #constant: Operation =
                Operation { id: #id, effect: #effect, auth: #auth };

            #request

            impl Client {
                #method_doc
                #method
            }
        },
    )?;
    Ok(File::new(path, source))
}
