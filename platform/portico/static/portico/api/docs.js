// The try-it page: shows the OpenAPI document named by data-schema and sends requests to this host only.
const viewer = document.querySelector("#viewer")
window.SwaggerUIBundle({
  domNode: viewer,
  url: viewer.dataset.schema,
  deepLinking: true,
  validatorUrl: null, // the default asks a third party
  tryItOutEnabled: true,
})
