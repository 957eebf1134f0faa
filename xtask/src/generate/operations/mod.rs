//! Operations: one file for each, with its description and its request, as progenitor makes it and the runtime sends it.

mod method;
mod request;

use quote::{format_ident, quote};

use super::names::runtime_imports;
use super::stock::{Stock, fault};
use super::{File, print};
use crate::contract::{Auth, Contract, Operation};
use crate::diagnostic::Result;
use crate::layout::SDK;

/// One file for each operation, and the module that holds them.
pub(super) fn files(contract: &Contract, stock: &Stock) -> Result<Vec<File>> {
    let mut files = vec![module_file(contract)?];
    for operation in &contract.operations {
        files.push(operation_file(contract, operation, stock)?);
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

fn module_file(contract: &Contract) -> Result<File> {
    let path = format!("{SDK}/operations/mod.rs");
    let mut modules: Vec<_> = contract
        .operations
        .iter()
        .map(|operation| &operation.rust_name)
        .collect();
    modules.sort();
    let modules = modules.into_iter().map(|name| format_ident!("{name}"));
    let source = print::file(
        &path,
        quote! {
            //! Requests as they go over the wire: one type for each operation, and its description.

            #(pub(crate) mod #modules;)*
        },
    )?;
    Ok(File::new(path, source))
}

fn operation_file(contract: &Contract, operation: &Operation, stock: &Stock) -> Result<File> {
    let path = format!("{SDK}/operations/{}.rs", operation.rust_name);
    let building = method::building(operation, stock)?;
    let request = request::request(contract, operation, &building);

    let title = format!("`{} {}`", operation.method, operation.path);
    let page = print::source_page(&operation.page);
    let constant_doc = print::doc([
        format!("{title}: {}.", print::prose(&operation.summary)),
        page,
    ]);
    let constant = constant(operation);
    let id = &operation.id;
    let effect = if operation.reads {
        quote!(Effect::Reads)
    } else if operation.method == "DELETE" {
        quote!(Effect::Deletes)
    } else {
        quote!(Effect::Writes)
    };
    let auth = match operation.auth {
        Auth::Token => quote!(Auth::Token),
        Auth::ClientCredentials => quote!(Auth::ClientCredentials),
    };
    let body = request.tokens.to_string();
    if body.contains("encode_path") || body.contains("progenitor_client") {
        return Err(fault(format!(
            "`{}` makes its request in a way that is not expected",
            operation.rust_name
        )));
    }
    let types = body.contains("types ::").then(|| {
        quote!(
            use crate::types;
        )
    });
    let runtime = runtime_imports(request.runtime);
    let std = request.std;
    let request = request.tokens;
    let source = print::file(
        &path,
        quote! {
            #std

            #runtime
            #types

            #constant_doc
            pub(crate) const #constant: Operation =
                Operation { id: #id, effect: #effect, auth: #auth };

            #request
        },
    )?;
    Ok(File::new(path, source))
}
