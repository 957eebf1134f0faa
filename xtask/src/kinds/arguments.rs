//! The arguments of a method, and how they become the request: parameters first, then the body. Required arguments are in the signature;
//! optional ones are setters on what the method returns, so that a new one breaks no caller.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Call;
use crate::api::{Body, PartContent, SchemaKind, Type};
use crate::rust::{Imports, docs, print, values};
use crate::surface::types::rust_type;

/// The arguments of a method.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    /// `id: impl Into<String>, body: Schema`
    pub(super) signature: Vec<TokenStream>,
    /// The fields of the request: `id: id.into(), body`
    fields: Vec<TokenStream>,
    /// Optional parameters.
    pub(super) optional: Vec<Optional>,
    /// Their documentation, a paragraph each.
    pub(super) docs: Vec<String>,
    /// Whether a file is among them.
    pub(super) sends_file: bool,
}

/// An optional parameter.
#[derive(Debug)]
pub(super) struct Optional {
    /// The field of the request, and the setter.
    pub(super) name: String,
    /// The type of its value, or of the items of the list that it is, in the form that `call_builder!` takes it.
    pub(super) ty: TokenStream,
    /// The description.
    pub(super) meaning: String,
    /// The `#[deprecated]` attribute.
    pub(super) deprecated: Option<TokenStream>,
}

impl Arguments {
    /// The arguments of an operation whose body, if it is one object, is called `body`.
    pub(super) fn of(call: &Call<'_, '_>, body: &str, imports: &mut Imports) -> Self {
        let mut arguments = Self::default();
        for (parameter, names) in call.operation.parameters.iter().zip(&call.names.parameters) {
            let name = &names.name;
            let field = format_ident!("{name}");
            if call.kind.handles_parameter(parameter) {
                arguments.fields.push(quote!(#field: None));
                continue;
            }
            if parameter.required {
                let argument = values::argument(&parameter.ty, false, imports);
                let value = values::value(&parameter.ty, false, &field);
                arguments.require(name, &argument, &value, parameter.description);
            } else {
                let ty = settable(&parameter.ty, imports);
                arguments.allow(name, ty, parameter.description, parameter.deprecated);
            }
        }
        match &call.operation.body {
            Body::None => {}
            Body::Json { ty, .. } => {
                let name = if call.names.parameters.iter().any(|names| names.name == body) {
                    "body"
                } else {
                    body
                };
                let ident = format_ident!("{name}");
                let argument = match ty {
                    Type::List(_) => values::argument(ty, false, imports),
                    ty => values::ty(ty, false, imports),
                };
                let value = match ty {
                    Type::List(_) => values::value(ty, false, &ident),
                    _ => quote!(#ident),
                };
                if call.sends_body() {
                    arguments.signature.push(quote!(#ident: #argument));
                    arguments.fields.push(assigned("body", &value));
                } else {
                    arguments.fields.push(quote!(body: None));
                    arguments.optional.push(Optional {
                        name: "body".to_owned(),
                        ty: settable(ty, imports),
                        meaning: "Sets the request body.".to_owned(),
                        deprecated: None,
                    });
                }
            }
            Body::Form { schema } => {
                let ident = format_ident!("{body}");
                let ty = imports.ty(schema);
                arguments.signature.push(quote!(#ident: #ty));
                arguments.fields.push(assigned("body", &quote!(#ident)));
            }
            Body::Multipart(parts) => {
                for (part, name) in parts.iter().zip(&call.names.parts) {
                    let ident = format_ident!("{name}");
                    arguments.sends_file |= part.content == PartContent::File;
                    if !part.required {
                        let ty = match &part.content {
                            PartContent::File => {
                                let upload = imports.public("Upload");
                                quote!((#upload))
                            }
                            PartContent::Json(schema) => {
                                let ty = imports.ty(schema);
                                quote!((#ty))
                            }
                            PartContent::Text(ty) => settable(ty, imports),
                        };
                        arguments.allow(name, ty, part.description, false);
                        continue;
                    }
                    let (argument, value) = match &part.content {
                        PartContent::File => (imports.public("Upload"), quote!(#ident)),
                        PartContent::Json(schema) => (imports.ty(schema), quote!(#ident)),
                        PartContent::Text(ty) => (
                            values::argument(ty, false, imports),
                            values::value(ty, false, &ident),
                        ),
                    };
                    arguments.require(name, &argument, &value, part.description);
                }
            }
        }
        arguments
    }

    /// Adds a required argument.
    fn require(
        &mut self,
        name: &str,
        argument: &TokenStream,
        value: &TokenStream,
        description: &str,
    ) {
        let field = format_ident!("{name}");
        if !description.is_empty() {
            self.docs
                .push(format!("- `{name}`: {}", print::prose(description)));
        }
        self.signature.push(quote!(#field: #argument));
        self.fields.push(assigned(name, value));
    }

    /// Adds an optional parameter.
    fn allow(&mut self, name: &str, ty: TokenStream, description: &str, is_deprecated: bool) {
        let field = format_ident!("{name}");
        self.fields.push(quote!(#field: None));
        let meaning = match description {
            "" => format!("Sets `{name}`."),
            description => print::prose(description),
        };
        self.optional.push(Optional {
            name: name.to_owned(),
            ty,
            meaning,
            deprecated: docs::deprecated(is_deprecated, description),
        });
    }

    /// The paragraph that links to the setters of optional parameters on a type of this name.
    pub(super) fn optional_doc(&self, on: &Ident) -> String {
        if self.optional.is_empty() {
            return String::new();
        }
        let names = self
            .optional
            .iter()
            .map(|optional| format!("[`{0}`](crate::resources::{on}::{0})", optional.name));
        format!(
            "Set optional parameters on the returned call: {}.",
            names.collect::<Vec<_>>().join(", ")
        )
    }

    /// The setters of what may be there, in the form that `call_builder!` takes them.
    pub(super) fn setters(&self) -> Vec<TokenStream> {
        let setters = self.optional.iter().map(|optional| {
            let (field, ty) = (format_ident!("{}", optional.name), &optional.ty);
            let (doc, deprecated) = (print::doc([optional.meaning.clone()]), &optional.deprecated);
            quote!(#doc #deprecated #field: #ty)
        });
        setters.collect()
    }

    /// The operation's request, made of the arguments.
    pub(super) fn request(&self, call: &Call<'_, '_>) -> TokenStream {
        let request = format_ident!("{}", call.names.request_type);
        let fields = &self.fields;
        quote!(#request { #(#fields),* })
    }
}

/// The type of what has a setter, in the form that `call_builder!` takes it: `(Type)`, or `[Type]` for a list of them.
fn settable(ty: &Type, imports: &mut Imports) -> TokenStream {
    match ty {
        Type::List(item) => {
            let item = values::ty(item, false, imports);
            quote!([#item])
        }
        ty => {
            let ty = values::ty(ty, false, imports);
            quote!((#ty))
        }
    }
}

fn assigned(name: &str, value: &TokenStream) -> TokenStream {
    let field = format_ident!("{name}");
    if name == value.to_string() {
        quote!(#field)
    } else {
        quote!(#field: #value)
    }
}

/// The arguments of a method for the digest: required ones first.
pub fn digest(call: &Call<'_, '_>) -> String {
    let mut required = Vec::new();
    let mut optional = Vec::new();
    let mut add = |is_required: bool, name: &str, ty: String| {
        if is_required {
            required.push(format!("{name}: {ty}"));
        } else {
            optional.push(format!("{name}?: {ty}"));
        }
    };
    for (parameter, names) in call.operation.parameters.iter().zip(&call.names.parameters) {
        if !call.kind.handles_parameter(parameter) {
            add(
                parameter.required,
                &names.name,
                rust_type(&parameter.ty, false),
            );
        }
    }
    match &call.operation.body {
        Body::None => {}
        Body::Json { ty, .. } => add(call.sends_body(), "body", rust_type(ty, false)),
        Body::Form { schema } => add(true, "form", schema.clone()),
        Body::Multipart(parts) => {
            for (part, name) in parts.iter().zip(&call.names.parts) {
                let ty = match &part.content {
                    PartContent::File => "Upload".to_owned(),
                    PartContent::Json(schema) => schema.clone(),
                    PartContent::Text(ty) => rust_type(ty, false),
                };
                add(part.required, name, ty);
            }
        }
    }
    required.extend(optional);
    required.join(", ")
}

/// What a test passes to a method, for what must be there: values that are named like their parameters, so that the address shows
/// them, and the documented payloads. Nothing if what the body is to be has no sample.
pub fn test(
    call: &Call<'_, '_>,
    sample: impl Fn(&str) -> Option<TokenStream>,
) -> Option<Vec<TokenStream>> {
    let mut arguments = Vec::new();
    for parameter in call
        .operation
        .parameters
        .iter()
        .filter(|parameter| parameter.required && !call.kind.handles_parameter(parameter))
    {
        arguments.push(example(call, &parameter.ty, parameter.name));
    }
    match &call.operation.body {
        Body::None => {}
        Body::Json { .. } if !call.sends_body() => {}
        Body::Json { ty, .. } => {
            let body = sample(ty.named()?)?;
            arguments.push(body);
        }
        Body::Form { schema } => arguments.push(sample(schema)?),
        Body::Multipart(parts) => {
            for part in parts.iter().filter(|part| part.required) {
                arguments.push(match &part.content {
                    PartContent::File => quote!(Upload::bytes("file.txt", "content")),
                    PartContent::Json(schema) => sample(schema)?,
                    PartContent::Text(ty) => example(call, ty, part.name),
                });
            }
        }
    }
    Some(arguments)
}

fn example(call: &Call<'_, '_>, ty: &Type, name: &str) -> TokenStream {
    match ty {
        Type::Integer => quote!(1),
        Type::Number => quote!(1),
        Type::Boolean => quote!(true),
        Type::Date => quote!("2024-01-15"),
        Type::Timestamp => quote!("2024-01-15T10:30:00Z"),
        Type::Decimal => quote!("1.50"),
        Type::List(item) => {
            let item = example(call, item, name);
            quote!([#item])
        }
        // A closed enum is made from no text.
        Type::Named(schema) if call.api.schema(schema).is_some_and(|schema| !schema.open) => {
            let ty = format_ident!("{schema}");
            let names = call.surface.ty(schema);
            let variant = names.and_then(|names| names.variants.first());
            let variant = format_ident!("{}", variant.map_or("Unnamed", String::as_str));
            quote!(types::#ty::#variant)
        }
        Type::Named(schema) => match call.api.schema(schema).map(|schema| &schema.kind) {
            Some(SchemaKind::StringEnum(values)) => {
                let value = values.first().map_or(name, |(value, _)| value);
                quote!(#value)
            }
            Some(SchemaKind::IntegerEnum(values)) => {
                let value = proc_macro2::Literal::i64_unsuffixed(
                    values.first().map_or(1, |(value, _)| *value),
                );
                quote!(#value)
            }
            _ => quote!(#name),
        },
        _ => quote!(#name),
    }
}
