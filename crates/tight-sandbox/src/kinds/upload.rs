//! Uploads: a file with its metadata becomes an entity. The content is kept for the test to inspect.

use serde::Deserialize;
use serde_json::Value;

use crate::{
    document::operation::MULTIPART,
    envelope::ApiResponse,
    kinds::{
        ApiModel, ApiRequest, Context, Definition, Expected, Kind, Operation, ResponseFuture,
        UPLOAD_LIMIT,
        form::{self, Filled, Form},
        parse_x_kind,
        response::{Data, ResponseSpec, fields_of},
        saving::Saving,
    },
    store::{
        Upload,
        collections::{CollectionUse, SentFields},
    },
};

#[derive(Deserialize)]
struct UploadTerms {
    collection: String,
}

pub(super) fn read(_: &Definition<'_>, x_kind: &Value) -> Result<Box<dyn Kind>, String> {
    Ok(Box::new(parse_x_kind::<UploadTerms>(x_kind)?))
}

fn sent(definition: &Definition<'_>) -> SentFields {
    form::sent_fields(definition)
}

impl Kind for UploadTerms {
    fn collection_uses(&self, definition: &Definition<'_>) -> Vec<CollectionUse> {
        let types = &definition.document.types;
        vec![CollectionUse {
            fields: fields_of(types, definition.spec.data(types)).collect(),
            sent: Some(sent(definition)),
            saves: true,
            ..CollectionUse::of(&self.collection)
        }]
    }

    fn ready(
        &self,
        definition: &Definition<'_>,
        model: &ApiModel<'_>,
    ) -> Result<Box<dyn Operation>, String> {
        Ok(Box::new(Ready {
            form: Form::of(definition)?,
            saving: Saving::of_fields(definition, model, &self.collection, sent(definition)),
            response: ResponseSpec::about(definition, model, &self.collection),
        }))
    }
}

struct Ready {
    form: Form,
    saving: Saving,
    response: ResponseSpec,
}

impl Operation for Ready {
    fn body(&self) -> Option<Expected> {
        Some(Expected {
            media_type: MULTIPART,
            required: true,
        })
    }

    fn body_limit(&self) -> usize {
        UPLOAD_LIMIT
    }

    fn check_document(&self) -> Result<(), String> {
        self.form.check_document()
    }

    fn respond<'a>(&'a self, request: ApiRequest<'a>, context: Context<'a>) -> ResponseFuture<'a> {
        Box::pin(async move {
            let mut request = request;
            let body = std::mem::take(&mut request.body);
            match self.form.read(request.headers, body).await {
                Ok(filled) => self.keep(filled, &request, context),
                Err(refused) => refused,
            }
        })
    }
}

impl Ready {
    /// Path parameters override the form's metadata.
    fn keep(&self, filled: Filled, request: &ApiRequest<'_>, context: Context<'_>) -> ApiResponse {
        let mut transaction = context.world.begin(context.caller);
        let Filled { file, item } = filled;
        let entity = match self
            .saving
            .save(&item, &request.parameters, &mut transaction)
        {
            Ok(entity) => entity,
            Err(rejected) => return ApiResponse::failure(rejected.status, &[rejected.error]),
        };
        if let Some(file) = file {
            let url = entity.get("url").filter(|url| url.is_string()).cloned();
            transaction.keep_upload(&entity, Upload { file, url });
        }
        self.response.with(Data::Entity(&entity), context.caller)
    }
}
